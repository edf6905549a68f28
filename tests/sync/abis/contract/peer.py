"""A server nobody here wrote, with a small library behind it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import anyio
import pysip2
from anyio.abc import SocketAttribute

STAMP = "20261120    120000"


class Peer:
    """A small library behind the `pysip2` server, whose models take nothing but what the standard allows."""

    def __init__(self) -> None:
        self.titles = {"FREE": "Пикник на обочине", "MINE": "Солярис", "OTHERS": "Мы"}
        self.readers = {"ANNA": ("1234", "Щукина Анна Юрьевна"), "OTHER": ("4321", "Ёлкин Пётр")}
        self.loans = {"MINE": ("ANNA", date(2026, 12, 1)), "OTHERS": ("OTHER", date(2026, 12, 1))}
        self.server = pysip2.SIP2Server(encoding="utf-8", login_required=True, institution_id="ЦБС")
        for route, answer in (
            (pysip2.LOGIN, self.login),
            (pysip2.PATRON_INFORMATION, self.patron),
            (pysip2.ITEM_INFORMATION, self.item),
            (pysip2.CHECKOUT, self.checkout),
            (pysip2.CHECKIN, self.checkin),
            (pysip2.RENEW, self.renew),
            (pysip2.END_PATRON_SESSION, self.end),
            (pysip2.SC_STATUS, lambda request, context: self.server.build_acs_status(request)),
        ):
            self.server.route(route)(answer)

    def login(self, request: Any, context: Any) -> Any:
        return pysip2.LoginResponse(ok="1" if request.login_password == "secret" else "0")

    def patron(self, request: Any, context: Any) -> Any:
        card = request.patron_identifier
        pin, name = self.readers.get(card, ("", ""))
        mine = [item for item, (holder, _) in self.loans.items() if holder == card]
        span = slice(int(request.start_item or 1) - 1, int(request.end_item or 99))
        return pysip2.PatronInformationResponse(
            patron_status=" " * 14,
            language=request.language,
            transaction_date=STAMP,
            hold_items_count="0000",
            overdue_items_count="0000",
            charged_items_count=f"{len(mine):04}",
            fine_items_count="0000",
            recall_items_count="0000",
            unavailable_holds_count="0000",
            institution_id="ЦБС",
            patron_identifier=card,
            personal_name=name,
            valid_patron="Y" if name else "N",
            valid_patron_password="Y" if name and request.patron_password == pin else "N",
            charged_items=tuple(mine[span]) if request.summary[2] == "Y" else (),
        )

    def item(self, request: Any, context: Any) -> Any:
        item = request.item_identifier
        lent = self.loans.get(item)
        return pysip2.ItemInformationResponse(
            circulation_status="04" if lent else "03" if item in self.titles else "01",
            security_marker="00",
            fee_type="01",
            transaction_date=STAMP,
            due_date=f"{lent[1]:%Y%m%d}    235900" if lent else None,
            item_identifier=item,
            title_identifier=self.titles.get(item, ""),
        )

    def checkout(self, request: Any, context: Any) -> Any:
        card, item = request.patron_identifier, request.item_identifier
        ok = card in self.readers and item in self.titles and item not in self.loans
        if ok:
            self.loans[item] = (card, date(2026, 12, 11))
        return pysip2.CheckoutResponse(**self._loan(request, ok), renewal_ok="N")

    def renew(self, request: Any, context: Any) -> Any:
        holder, due = self.loans.get(request.item_identifier, ("", date.min))
        ok = holder == request.patron_identifier
        if ok:
            self.loans[request.item_identifier] = (holder, due + timedelta(days=14))
        return pysip2.RenewResponse(**self._loan(request, ok), renewal_ok="Y" if ok else "N")

    def _loan(self, request: Any, ok: bool) -> dict[str, Any]:
        item = request.item_identifier
        return {
            "ok": "1" if ok else "0",
            "magnetic_media": "N",
            "desensitize": "Y" if ok else "N",
            "transaction_date": STAMP,
            "institution_id": "ЦБС",
            "patron_identifier": request.patron_identifier,
            "item_identifier": item,
            "title_identifier": self.titles.get(item, ""),
            "due_date": f"{self.loans[item][1]:%Y%m%d}    235900" if ok else "",
        }

    def checkin(self, request: Any, context: Any) -> Any:
        item = request.item_identifier
        holder, _ = self.loans.pop(item, (None, None))
        return pysip2.CheckinResponse(
            ok="1" if holder else "0",
            resensitize="Y",
            magnetic_media="N",
            alert="N",
            transaction_date=STAMP,
            institution_id="ЦБС",
            item_identifier=item,
            permanent_location="SAD",
            title_identifier=self.titles.get(item, ""),
            patron_identifier=holder,
            screen_message=() if holder else ("Item not checked out",),
        )

    def end(self, request: Any, context: Any) -> Any:
        return pysip2.EndSessionResponse(
            end_session="Y",
            transaction_date=STAMP,
            institution_id="ЦБС",
            patron_identifier=request.patron_identifier,
        )

    @contextmanager
    def running(self) -> Iterator[int]:
        """Serve in a thread with an event loop of its own; yield the port."""
        started, done, port = threading.Event(), threading.Event(), [0]

        async def main() -> None:
            listener = await self.server.listen(port=0)
            async with listener, anyio.create_task_group() as tasks:  # its own `start` leaves the listener open
                tasks.start_soon(listener.serve, self.server._handle_connection)
                port[0] = listener.extra(SocketAttribute.local_port)
                started.set()
                await anyio.to_thread.run_sync(done.wait)
                tasks.cancel_scope.cancel()

        thread = threading.Thread(target=anyio.run, args=(main,), daemon=True)
        thread.start()
        assert started.wait(10)
        try:
            yield port[0]
        finally:
            done.set()
            thread.join(10)
