"""Values that cross the house: ids, items, patrons, money, refusals, records, rules. No behaviour but their own."""
