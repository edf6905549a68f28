"""What is waited for, by name: a flow asks for a timer and hears its name when it is over."""

from enum import Enum, auto


class Timer(Enum):
    STARTING = auto()  # devices had time to come to life
    PATIENCE = auto()  # nobody did anything for a while
    LAST_CALL = auto()  # the warning ran out
    FAREWELL = auto()
    FINISHING = auto()  # Done was pressed while something was still being asked
    PUT_BACK = auto()
    PARTS = auto()  # the other parts of a set did not come
    TOAST = auto()
    STAFF = auto()  # nobody touched the staff screen for a while
    CLEANING = auto()
