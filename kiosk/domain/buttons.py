"""What a reader may touch on any screen, by what it means."""

from enum import Enum, auto


class Task(Enum):
    HOME = auto()  # see what there is: the reader has not said yet
    CHECKOUT = auto()
    CHECKIN = auto()
    ACCOUNT = auto()


class Button(Enum):
    """Buttons without a parameter. Where a screen does not show one, pressing it means nothing."""

    BACK = auto()
    FINISH = auto()  # bottom right: done, finish, continue
    MORE_TIME = auto()
    HELP = auto()
    RULES = auto()
    TYPE_NUMBER = auto()
    NO_CARD = auto()
    TAKE = auto()  # the home screen's next step: borrow what lies there
    DOES_NOT_WORK = auto()  # on "put it back": the reader gives up on it
    RENEW_ALL = auto()
    HOLDS = auto()
    COMFORT = auto()
    PRINT_IT = auto()  # at the farewell: the receipt on paper, by e-mail, on the screen
    MAIL_IT = auto()
    SHOW_IT = auto()
    COUNT_AGAIN = auto()  # "another number of books": it was a slip of the finger
    STAFF = auto()  # somebody of the staff, where no card can be read


class Choice(Enum):
    YES = auto()  # accept: the fee, the renewal, the return for another reader
    NO = auto()
    DAMAGED = auto()  # a book just returned is: staff are told
    REMOVE = auto()  # take the book off the list: it goes back to the library
    MAIL = auto()  # by e-mail: a receipt that never came out
