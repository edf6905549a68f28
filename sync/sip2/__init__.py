"""The SIP2 2.00 protocol without any I/O: the messages as a table, a lenient reader, a strict writer, framing, dates.

`decode` reads what real servers send and names what is wrong with it; `encode` refuses what a server could misread.
Our server and our client are both built on it; which library system wants what is in the client's profiles.
"""

from sync.sip2.codec import Message, decode
from sync.sip2.dates import Stamp, ZoneStyle, read_date, write_date
from sync.sip2.encoder import Cause, NotEncodable, encode
from sync.sip2.faults import Fault, FaultKind
from sync.sip2.framing import MAX_FRAME, Framer
from sync.sip2.masking import mask
from sync.sip2.messages import MESSAGES, Code, Layout, Sender
from sync.sip2.trailer import Checksum
from sync.sip2.values import Encoding

__all__ = [
    "MAX_FRAME",
    "MESSAGES",
    "Cause",
    "Checksum",
    "Code",
    "Encoding",
    "Fault",
    "FaultKind",
    "Framer",
    "Layout",
    "Message",
    "NotEncodable",
    "Sender",
    "Stamp",
    "ZoneStyle",
    "decode",
    "encode",
    "mask",
    "read_date",
    "write_date",
]
