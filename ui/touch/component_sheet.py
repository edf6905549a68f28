"""All components with their states on one sheet, to be looked at beside each other."""

from typing import Any

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.events import Button, Pressed
from ui.touch.stage import now, tp
from ui.touch.widgets.book_row import BookRow, RowModel
from ui.touch.widgets.cover import Cover
from ui.touch.widgets.notice import Notice, StatusPill
from ui.touch.widgets.press import PrimaryButton, SecondaryButton, ToolButton
from ui.touch.widgets.ring import CountdownRing
from ui.touch.widgets.type import Text

BOOKS = (
    ("30234000517861", "Мастер и Маргарита", "Михаил Булгаков"),
    ("30234000550045", "Пикник на обочине", "А. и Б. Стругацкие"),
    ("30234000110057", "Лавр", "Евгений Водолазкин"),
    ("30234000330031", "Дети капитана Гранта", "Жюль Верн"),
    ("30234000880082", "Чайка. Пьесы", "Антон Чехов"),
    ("30234000990099", "Денискины рассказы", "Виктор Драгунский"),
    ("30234000440049", "Краткая история времени", "Стивен Хокинг"),
    ("30234000120015", "Солярис", "Станислав Лем"),
    ("30234000660060", "Евгений Онегин", "Александр Пушкин"),
)
ROWS = (
    RowModel("1", "reading", "sensors", "Читаем…", "подержите на столике"),
    RowModel("2", "asking", "sync", "Проверяем…", "спросили каталог", *BOOKS[3]),
    RowModel("3", "yours", "check", "Ваша", "до 12 декабря", *BOOKS[0]),
    RowModel("4", "stays", "pan_tool", "Остаётся здесь", "ждёт другой читатель", *BOOKS[1], asks=True),
    RowModel("5", "put_back", "south", "Положите обратно", "хватит двух секунд", *BOOKS[2]),
    RowModel("6", "recorded", "schedule", "Записано", "подтвердим позже", *BOOKS[6]),
)
NOTICES = (
    ("slate", "cloud_off", "Нет связи с каталогом"),
    ("warning", "schedule", "Через 15 минут закроемся"),
    ("tint", "pan_tool", "1 книга осталась на столике"),
    ("danger", "emergency_home", "Выходите, двери открыты"),
)


class ComponentSheet(FloatLayout):
    """Made for 1920 x 1080 token px."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._rows()
        self._buttons()
        self._notices()

    def _put(self, widget: Widget, x: float, y: float, width: float = 0, height: float = 0) -> None:
        """Place a widget by its top left corner in token px; without a size it keeps its own."""
        widget.size_hint = (None, None)
        widget.size = (tp(width) or widget.width, tp(height) or widget.height)
        top = tp(1080 - y)
        widget.x, widget.top = tp(x), top
        widget.bind(height=lambda placed, _height: setattr(placed, "top", top))
        self.add_widget(widget)

    def _rows(self) -> None:
        self._put(Text(text="Строка книги: шесть состояний", style="small"), 64, 44, 800)
        for at, model in enumerate(ROWS):
            self._put(BookRow(model), 64, 94 + at * 136, 1100)
        for at, (item, title, author) in enumerate(BOOKS):
            self._put(Cover(item=item, title=title, author=author), 64 + at * 122, 926, 0, 146)

    def _buttons(self) -> None:
        done = Pressed(Button.FINISH)
        self._put(Text(text="Кнопки", style="small"), 1220, 44, 300)
        self._put(PrimaryButton(text="Готово", icon="done_all", event=done), 1220, 94, 300, 88)
        pressed = PrimaryButton(text="Нажата", icon="done_all")
        pressed.state = "down"
        self._put(pressed, 1536, 94, 300, 88)
        self._put(SecondaryButton(text="Завершить", icon="logout"), 1220, 198, 300, 88)
        self._put(SecondaryButton(text="Недоступна", usable=False), 1536, 198, 300, 88)
        self._put(ToolButton(text="Помощь", icon="support_agent"), 1220, 310, 236, 96)
        self._put(SecondaryButton(text="Фокус клавиш", focused=True), 1500, 314, 300, 88)

    def _notices(self) -> None:
        paint = now().palette
        self._put(Text(text="Извещения", style="small"), 1220, 430, 300)
        for at, (kind, icon, title) in enumerate(NOTICES):
            self._put(Notice(kind=kind, icon=icon, title=title, style="small_strong"), 1220, 480 + at * 84, 636)
        self._put(StatusPill(text="OPEN+ до 22:00", dot=paint.success, fill=paint.surface), 1220, 830)
        pills = (("Закроемся в 22:00", "schedule", "warning"), ("Без связи", "cloud_off", "slate"))
        for at, (text, icon, kind) in enumerate(pills):
            ink = getattr(paint, f"on_{kind}")
            self._put(StatusPill(text=text, icon=icon, fill=getattr(paint, kind), colour=ink), 1220, 900 + at * 70)
        ring = CountdownRing()
        self._put(ring, 1706, 850)
        ring.left = 18
