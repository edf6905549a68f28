"""Cuts a stream of bytes into SIP2 messages. No port, no clock, no thread in here.

A message ends with CR. Koha ends its answers with CR or CRLF, by account and even by answer, so a LF is dropped where a
message begins and never waited for.
"""

MAX_FRAME = 64 * 1024
"""Bytes. A patron's 900 loans of 60 characters each fit; a peer that never sends CR cannot make us hold more."""


class Framer:
    r"""Feed what arrived, take the messages it completed, without their terminators.

    >>> framer = Framer()
    >>> framer.feed(b"941\r\n98YYY"), framer.feed(b"YNN\r")
    ([b'941'], [b'98YYYYNN'])
    """

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, arrived: bytes) -> list[bytes]:
        """Return the messages completed by `arrived`; empty ones are dropped. Junk never raises.

        A message longer than MAX_FRAME is cut one byte beyond it, so that `decode` names it TOO_LONG.
        """
        *ends, rest = arrived.split(b"\r")
        frames = [frame for end in ends if (frame := self._completed(end))]
        self._hold(rest)
        return frames

    def reset(self) -> None:
        """Forget the half message that is held, after the line was closed or fell silent."""
        self._held.clear()

    def _hold(self, piece: bytes) -> None:
        if not self._held:
            piece = piece.lstrip(b"\n")
        self._held += piece[: MAX_FRAME + 1 - len(self._held)]

    def _completed(self, end: bytes) -> bytes:
        self._hold(end)
        frame = bytes(self._held)
        self._held.clear()
        return frame
