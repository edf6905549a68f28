"""What a FEIG reader can be asked to do, each as one call. Runs in the driver's thread."""

from enum import Enum, auto

from devices.drivers.feig import codec
from devices.drivers.feig.codec import Answer, BlockOrder, SystemInformation, Version
from devices.drivers.feig.exchange import Exchange, NoAnswer
from devices.drivers.feig.settings import Settings
from devices.drivers.feig.status import FINAL, sentence, tag_sentence
from devices.tags.content import TagContent, TagFault
from devices.tags.detect import bytes_wanted, read_tag

FIRST_BLOCKS = 8
"""Enough for almost every book: 28 would take 40 ms of air instead of 16."""
_MORE_BLOCKS = 4
_MOST_ANSWERS = 32
"""Answers to one inventory: a reader that always has more would otherwise keep us for ever."""
_ATTEMPTS = 3
_STRANGE = "The reader answers in a way this driver does not know: report its model."


class Refused(Exception):
    """The reader answered, but not with what it was asked for. `words` are for staff."""

    def __init__(self, answer: Answer) -> None:
        error = answer.error
        self.status = answer.status
        self.words = (sentence(answer.status) if error is None else tag_sentence(error)) or _STRANGE
        self.final = error in FINAL
        super().__init__(self.words)


class Secured(Enum):
    """What became of a security bit, as far as it could be read back."""

    DONE = auto()
    NOT_DONE = auto()
    """The tag is there and has it otherwise, or will not tell."""
    SILENT = auto()
    """The tag did not answer, once at least: it is or was out of reach."""


class Reader:
    """Calls raise `Refused`, `NoAnswer`, or `WireFault`. `uid`s are 8 bytes, E0 first."""

    def __init__(self, exchange: Exchange, settings: Settings) -> None:
        self._exchange, self._settings = exchange, settings

    def version(self) -> Version:
        answer = self._exchange.ask(codec.software_version())
        version = codec.parse_version(answer)
        if version is None:
            raise Refused(answer)
        return version

    def reset_field(self) -> None:
        self._exchange.ask(codec.rf_reset())

    def inventory(self) -> dict[bytes, int]:
        """Return the tags in the field, each once: UID to DSFID."""
        found: dict[bytes, int] = {}
        for asked in range(_MOST_ANSWERS):
            answer = self._exchange.ask(codec.inventory(more=asked > 0))
            inventory = codec.parse_inventory(answer)
            if inventory is None or not inventory.whole:
                raise Refused(answer)
            found.update((one.uid, one.dsfid) for one in inventory.found)
            if not inventory.more:
                break
        return found

    def information(self, uid: bytes) -> SystemInformation:
        answer = self._exchange.ask(codec.system_information(uid))
        information = codec.parse_system_information(answer)
        if information is None or not information.is_of(uid):
            raise Refused(answer)
        return information

    def content(self, uid: bytes, dsfid: int, blocks: int) -> TagContent | TagFault:
        """Return what the tag of `blocks` blocks says, reading no more of it than that takes."""
        first = self._blocks(uid, 0, min(FIRST_BLOCKS, blocks))
        memory, size = self._memory(first), first.size
        while (wanted := bytes_wanted(memory, size)) > len(memory) and len(memory) // size < blocks:
            at = len(memory) // size
            count = min(max(-(-wanted // size) - at, _MORE_BLOCKS), blocks - at, codec.MAX_DATA // size)
            memory += self._memory(self._blocks(uid, at, count))
        return read_tag(memory, dsfid, size)

    def secure(self, uid: bytes, afi: int, known: int | None) -> Secured:
        """Bring the tag's AFI to `afi` and read it back. `known`: what it was last read as."""
        silent = False
        for _ in range(_ATTEMPTS):
            final = known != afi and self._write(uid, afi)
            try:
                known = self.information(uid).afi
            except (Refused, NoAnswer) as fault:
                known, final = None, final or (isinstance(fault, Refused) and fault.final)
                silent = silent or not final
            if known == afi:
                return Secured.DONE
            if final:
                break
        return Secured.SILENT if silent else Secured.NOT_DONE

    def _write(self, uid: bytes, afi: int) -> bool:
        """Write, and say whether another try is useless. Whether it took is for the reading back to tell: a tag may
        have kept what it could not confirm."""
        requests = [codec.write_afi(uid, afi)]
        if self._settings.use_eas:
            requests.append(codec.set_eas(uid, afi == self._settings.afi_secured))
        try:
            return any(self._exchange.ask(request).error in FINAL for request in requests)
        except NoAnswer:
            return False

    def _blocks(self, uid: bytes, first: int, count: int) -> codec.Blocks:
        answer = self._exchange.ask(codec.read_blocks(uid, first, count))
        blocks = codec.parse_blocks(answer)
        if blocks is None or len(blocks.data) != count:
            raise Refused(answer)
        return blocks

    def _memory(self, blocks: codec.Blocks) -> bytes:
        """`auto` leaves the order to `read_tag`, which tells it from the content."""
        order = BlockOrder.MSB_FIRST if self._settings.block_order == "msb_first" else BlockOrder.MEMORY
        return blocks.memory(order)
