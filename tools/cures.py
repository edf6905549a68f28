"""What can be wrong with a machine, in a sentence, and what to do about it. Pure: text in, text out."""

import re

NEEDED_BYTES = 2_000_000_000  # libraries 0.6 GB, what apt may bring 0.6 GB, downloads on their way
NEEDED_PYTHON = (3, 11)

# (what the failed program printed, what is wrong, the cure); the first that matches is told, so the causes of other
# lines stand above them: a full disk or a dead network breaks everything else too.
_CURES = (
    (r"No space left on device|not enough free (disk )?space", "the disk is full", "free 2 GB and start again"),
    (r"[Cc]ould not get lock|Unable to lock|is another process using it|lock-frontend",
     "another program is installing packages (unattended upgrades, perhaps)", "wait until it is done and start again"),
    (r"dpkg was interrupted|dpkg --configure -a", "an earlier installation was cut short",
     "run `dpkg --configure -a` as root and start again"),
    (r"Unmet dependencies|held broken packages|--fix-broken", "the system's packages contradict each other",
     "run `apt-get install --fix-broken` as root and start again"),
    (r"is not valid yet|certificate is not yet valid|certificate has expired",
     "the clock of this machine is wrong, so no certificate is believed", "set date and time and start again"),
    (r"CERTIFICATE_VERIFY_FAILED|SSLError|SSL: |certificate verif|SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF|"
     r"UNABLE_TO_GET_ISSUER_CERT",
     "the package server's certificate is not believed (a proxy that opens TLS, or old certificates)",
     "install ca-certificates and your proxy's own certificate, then start again"),
    (r"407 Proxy|ProxyError", "the proxy refuses", "set http_proxy and https_proxy with user and password"),
    (r"\b403 +Forbidden|\bE403\b|HTTP(Error)?:? (error )?403|status code 403",
     "a package server, or a proxy before it, refuses this machine (HTTP 403)",
     "the line with 403 names the address: have whoever runs the network let it through, or name another mirror"),
    (r"NO_PUBKEY|EXPKEYSIG", "the key of one of this system's package sources is missing or too old",
     "the line above names the source: install its key anew (debian-archive-keyring brings Debian's own), or take the "
     "source out of /etc/apt/sources.list.d, and start again"),
    (r"Temporary failure (in name )?resol|Name or service not known|Could not resolve|Failed to resolve|"
     r"Network is unreachable|No route to host|Failed to establish a new connection|Connection refused|"
     r"Could not connect|getaddrinfo|ENOTFOUND|EAI_AGAIN|ECONNREFUSED",
     "the package servers cannot be reached", "connect this machine to the network (or set https_proxy)"),
    (r"Read ?timed? ?out|timed out|IncompleteRead|Connection broken|Connection reset|ECONNRESET|ETIMEDOUT|"
     r"Hash Sum mismatch|THESE PACKAGES DO NOT MATCH THE HASHES|EINTEGRITY",
     "a download broke off or came damaged", "start again; what is already here is kept"),
    (r"Unable to fetch some archives|\b404 +Not Found", "this system's package lists are older than the packages",
     "run `apt-get update` as root and start again; if it stays so, a source in /etc/apt/sources.list is closed"),
    (r"password is required|a terminal is required|not in the sudoers|sudo: ",
     "packages of the system are missing and this user may not install them", "have an administrator run: {apt}"),
    (r"Unable to locate package|has no installation candidate", "this release of the system lacks a package",
     "run `apt-get update` as root; if it stays missing, see which one above and tools/apt.txt for what it is for"),
    (r"ensurepip is not available|No module named (venv|ensurepip)", "this Python cannot make virtual environments",
     "as root: apt-get install python3-venv (for another Python than the system's: its own venv package)"),
    (r"Python\.h: No such file", "the headers of this Python are missing",
     "as root: apt-get install python3-dev (for another Python than the system's: its own dev package)"),
    (r"dpkg returned an error code|returned an error code \(1\)", "a package of the system could not be set up",
     "run `dpkg --configure -a` as root: it names the package and the reason; then start again"),
    (r"winscard\.h|wintypes\.h|pcsclite", "pyscard could not be compiled: the card service's headers are missing",
     "as root: apt-get install libpcsclite-dev pkg-config"),
    (r"swig.*(not found|No such file|failed)|(unable to execute|command) '?swig", "pyscard could not be compiled",
     "as root: apt-get install swig"),
    (r"linux/input\.h|input-event-codes", "evdev could not be compiled: the kernel's headers are missing",
     "as root: apt-get install linux-libc-dev"),
    (r"(gcc|cc|x86_64-linux-gnu-gcc)'?:? .*(not found|No such file)|unable to execute '.*cc'", "there is no compiler",
     "as root: apt-get install build-essential"),
    (r"No matching distribution found|requires a different Python|Could not find a version that satisfies",
     "a library has no version for this Python", "use Python 3.11, 3.12 or 3.13: KIOSK_PYTHON=python3.11 ./run setup"),
    (r"[Rr]ead-only file system", "this folder cannot be written", "copy the project to a disk that can"),
    (r"Permission denied|EACCES|Operation not permitted", "a file here belongs to another user",
     "give the folder to yourself (chown -R), or start as the user it belongs to"),
    (r"Killed|MemoryError|Cannot allocate memory", "the machine ran out of memory", "close programs, or add swap"),
)  # fmt: skip


def cure(printed: str, apt: str = "apt-get install …") -> str:
    """Return `what is wrong. Cure: what to do` for what a failed program printed; `apt`: the command to hand on."""
    for pattern, wrong, remedy in _CURES:
        if re.search(pattern, printed):
            return f"{wrong}. Cure: {remedy.format(apt=apt)}"
    return "the reason stands in the lines above. Cure: none known here; the whole log is kept"


def before_start(python: tuple[int, int], free: int, writable: bool) -> str | None:
    """Return what speaks against starting at all, with its cure, or None."""
    if python < NEEDED_PYTHON:
        return f"Python {python[0]}.{python[1]} is too old. Cure: install Python 3.11 or newer"
    if not writable:
        return "this folder cannot be written. Cure: start as the user it belongs to, or copy the project elsewhere"
    if free < NEEDED_BYTES:
        return (
            f"{free / 1e9:.1f} GB free, {NEEDED_BYTES / 1e9:.0f} GB needed. Cure: free some disk space and start again"
        )
    return None
