// The virtual desk: what it shows comes over two open lines, what hands do goes out as deeds. See ui/simdesk/web.py.

const MOST_SHOWN = 60; // books in the list; the search finds the others
const MOST_ROWS = 400; // rows of the journal on the page
const ODD = ["foreign", "blank", "broken", "passing"];
const TROUBLES = ["paper_low", "paper_out", "cover_open", "jam", "tags_keep_nothing", "disk_full"];
const WEATHERS = ["fair", "slow", "garbage", "cut_answers", "refuses", "cut_off", "by_lot"];
const LANGUAGES = ["ru", "en"];

const $ = (id) => document.getElementById(id);
const make = (tag, props = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
};
let words = {};
let there = { books: [], cards: [], scenarios: [], plugs: [] };
let state = null;
const say = (name) => words[name] ?? name;
const told = (name) => words[name] ?? "";

// --- words ----------------------------------------------------------------------------------------------------------

function wanted() {
  const kept = localStorage.getItem("language");
  if (LANGUAGES.includes(kept)) return kept;
  return navigator.language.startsWith("ru") ? "ru" : "en";
}

async function speak(language) {
  words = await (await fetch(`/words.${language}.json`)).json();
  localStorage.setItem("language", language);
  document.documentElement.lang = language;
  document.title = say("title");
  for (const each of document.querySelectorAll("[data-t]")) each.textContent = say(each.dataset.t);
  for (const each of document.querySelectorAll("[data-placeholder]")) each.placeholder = say(each.dataset.placeholder);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", say(each.dataset.label));
  for (const each of document.querySelectorAll("[data-language]"))
    each.setAttribute("aria-pressed", String(each.dataset.language === language));
  for (const each of document.querySelectorAll(".device h3")) each.dataset.off = say("unplugged");
  showThings();
  if (state) show(state, true);
  for (const row of $("rows").children) row.replaceChildren(...cells(row.row));
}

// --- deeds ----------------------------------------------------------------------------------------------------------

async function act(name, what = "", seconds = 0) {
  try {
    const answer = await fetch("/do", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ act: name, what, seconds }),
    });
    if (!answer.ok) toast((await answer.json()).detail ?? answer.statusText);
  } catch {
    toast(say("gone"));
  }
}

let silence;
function toast(text) {
  $("toast").textContent = typeof text === "string" ? text : say("refused");
  clearTimeout(silence);
  silence = setTimeout(() => ($("toast").textContent = ""), 5000);
}

const lay = (item) => act("lay", item);
const scan = (text) => {
  $("scanner").classList.remove("seen");
  void $("scanner").offsetWidth; // begins the flash anew
  $("scanner").classList.add("seen");
  return act("scan", text);
};

// --- drag and drop --------------------------------------------------------------------------------------------------

function draggable(node, thing) {
  node.draggable = true;
  node.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", JSON.stringify(thing)));
}

function dropped(event) {
  try {
    return JSON.parse(event.dataTransfer.getData("text/plain"));
  } catch {
    return {};
  }
}

function takes(node, take) {
  node.addEventListener("dragover", (event) => {
    event.preventDefault();
    node.classList.add("over");
  });
  node.addEventListener("dragleave", () => node.classList.remove("over"));
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    node.classList.remove("over");
    take(dropped(event));
  });
}

// --- what there is --------------------------------------------------------------------------------------------------

function showThings() {
  showShelf();
  showReaders();
  $("scenarios").replaceChildren(...there.scenarios.map((name) => {
    const button = make("button", { type: "button" }, say(`scenario.${name}`), make("small", { textContent: say(`scenario.${name}.watch`) }));
    button.dataset.scenario = name;
    button.addEventListener("click", () => act("play", name));
    return make("li", {}, button);
  }));
  $("oddities").replaceChildren(...ODD.map((kind) => {
    const button = make("button", { type: "button" }, say(`odd.${kind}`), make("small", { textContent: say(`odd.${kind}.note`) }));
    button.addEventListener("click", () => act("odd", kind));
    draggable(button, { odd: kind });
    return make("li", {}, button);
  }));
  const pad = there.plugs.includes("pad");
  $("pad").hidden = !pad;
  for (const tab of ["tab-plays", "tab-odd"]) $(tab).hidden = !pad;
  $("plugs").replaceChildren(...there.plugs.map((plug) => toggle(`plug.${plug}`, (on) => act(on ? "plug" : "unplug", plug))));
  $("troubles").replaceChildren(...TROUBLES.map((name) => toggle(`trouble.${name}`, (on) => act(on ? "cure" : "cause", name))));
  $("weathers").replaceChildren(...WEATHERS.map((name) => {
    const button = make("button", { type: "button", textContent: say(`weather.${name}`) });
    button.setAttribute("role", "radio");
    button.dataset.weather = name;
    button.addEventListener("click", () => act("weather", name, Number($("seconds").value)));
    return make("li", {}, button);
  }));
}

function toggle(name, turn) {
  const button = make("button", { type: "button", textContent: say(name) });
  button.dataset.name = name;
  button.addEventListener("click", () => turn(button.getAttribute("aria-pressed") === "true"));
  return make("li", {}, button);
}

const fold = (text) => text.toLowerCase().replaceAll("ё", "е");

function showShelf() {
  const sought = fold($("book-search").value.trim());
  const noted = (book) => Boolean(told(`note.${book.item}`));
  const found = there.books.filter((book) => fold(`${book.title} ${book.author} ${book.item}`).includes(sought));
  found.sort((one, other) => noted(other) - noted(one));
  $("shelf").replaceChildren(...found.slice(0, MOST_SHOWN).map(bookLine));
  const more = found.length - MOST_SHOWN;
  $("shelf-more").textContent = more > 0 ? say("books.more").replace("{}", more) : found.length ? "" : say("books.none");
  markShelf();
}

function bookLine(book) {
  const cover = make("img", { src: `/covers/${book.item}`, alt: "", loading: "lazy", draggable: false });
  const note = told(`note.${book.item}`);
  const line = make("span", { className: "line" }, make("b", { textContent: book.title }),
    make("small", { textContent: book.author }), make("small", { className: "number", textContent: book.item }),
    ...(note ? [make("small", { className: "note", textContent: note })] : []));
  const button = make("button", { type: "button", title: say("books.lay") }, cover, line);
  button.addEventListener("click", () => lay(book.item));
  draggable(button, { item: book.item });
  const entry = make("li", {}, button);
  entry.dataset.item = book.item;
  if (book.of > 1) entry.append(partsLine(book));
  return entry;
}

function partsLine(book) {
  const line = make("span", { className: "parts" }, say("books.set").replace("{}", book.of));
  for (const part of book.parts) {
    const button = make("button", { type: "button", textContent: say("books.part").replace("{}", part) });
    button.dataset.part = part;
    button.addEventListener("click", () => act("part", `${book.item}/${part}`));
    draggable(button, { part: `${book.item}/${part}` });
    line.append(button);
  }
  return line;
}

function markShelf() {
  const here = new Set((state?.pad ?? []).map((each) => each.item));
  for (const entry of $("shelf").children) entry.classList.toggle("there", here.has(entry.dataset.item));
}

function showReaders() {
  const sought = fold($("card-search").value.trim());
  const found = there.cards.filter((card) => fold(`${card.name} ${card.number} ${told(`case.${card.number}`)}`).includes(sought));
  $("readers").replaceChildren(...found.map((card) => {
    const pin = make("span", { className: "pin", textContent: card.pin || say("cards.no_pin") });
    const line = make("span", { className: "line" }, make("b", { textContent: card.name }),
      make("small", { className: "number" }, `${card.number} · ${say("cards.pin")} `, pin),
      make("small", { className: "note", textContent: told(`case.${card.number}`) }));
    const button = make("button", { type: "button", title: say("cards.show") }, make("span", { className: "plastic" }), line);
    button.addEventListener("click", () => scan(card.number));
    draggable(button, { scan: card.number });
    const entry = make("li", {}, button);
    entry.dataset.card = card.number;
    return entry;
  }));
}

// --- what is on the desk --------------------------------------------------------------------------------------------

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function show(next, anew = false) {
  const before = anew ? null : state;
  state = next;
  const changed = (name) => before === null || !same(before[name], next[name]);
  if (changed("says")) $("says").textContent = next.says;
  $("screen").dataset.view = next.view;
  if (changed("pad")) showPad(next.pad);
  if (changed("receipts")) showReceipts(next.receipts);
  if (changed("letters")) showLetters(next.letters);
  if (changed("told")) showTold(next.told);
  if (changed("played")) showPlayed(next.played);
  showFaults(next);
}

function showPad(pad) {
  $("pad-empty").hidden = pad.length > 0;
  $("lift-all").hidden = pad.length === 0;
  $("lying").replaceChildren(...pad.map((each) => {
    const part = each.part ? `, ${say("pad.part").replace("{}", each.part)}` : "";
    const name = each.title ? each.title + part : say(`odd.${each.odd}`);
    const face = each.item
      ? make("img", { src: `/covers/${each.item}`, alt: "", draggable: false })
      : make("span", { className: "stray", textContent: name });
    const button = make("button", { type: "button", title: `${name}: ${say("pad.lift")}` }, face);
    button.setAttribute("aria-label", `${name}: ${say("pad.lift")}`);
    button.addEventListener("click", () => act("lift", each.key));
    draggable(button, { key: each.key });
    const entry = make("li", {}, button);
    entry.dataset.item = each.item;
    if (each.part) entry.dataset.part = each.part;
    return entry;
  }));
  markShelf();
}

function showReceipts(receipts) {
  $("no-receipts").hidden = receipts.length > 0;
  $("tear").hidden = receipts.length === 0;
  $("receipts").replaceChildren(...receipts.toReversed().map((lines) => make("li", { textContent: lines.join("\n") })));
}

function showLetters(letters) {
  $("mailbox").hidden = letters.length === 0;
  $("letters").replaceChildren(...letters.toReversed().map((lines) => make("li", { textContent: lines.join("\n") })));
}

function showTold(all) {
  $("told-empty").hidden = all.length > 0;
  $("told").replaceChildren(...all.map((each) => {
    const due = (day) => (day ? ` ${say("told.until").replace("{}", date(day))}` : "");
    const journal = each.journal === null ? say("told.silent") : each.journal ? say("told.lent") + due(each.journal_due) : say("told.home");
    const abis = each.abis_due ? `${each.abis_reader}${due(each.abis_due)}` : say("told.home");
    const verdict = make("span", { className: each.agree ? "yes" : "no", textContent: say(each.agree ? "told.yes" : "told.no") });
    const row = make("tr", {}, make("td", {}, each.title, make("small", { textContent: each.item })),
      make("td", { textContent: journal }), make("td", { textContent: abis }),
      make("td", { textContent: say(each.armed ? "told.armed" : "told.disarmed") }), make("td", {}, verdict));
    row.dataset.item = each.item;
    row.dataset.agree = each.agree;
    return row;
  }));
}

const date = (day) => new Date(`${day}T12:00`).toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long" });

function showPlayed(played) {
  const running = Boolean(played?.running);
  for (const each of document.querySelectorAll("[data-scenario]")) each.disabled = running;
  $("playing").hidden = !played;
  $("invitation").hidden = Boolean(played) || there.scenarios.length === 0;
  if (!played) return;
  $("playing").className = `playing${running ? "" : played.failed ? " failed" : " over"}`;
  $("playing").dataset.step = played.step;
  $("playing").dataset.running = running;
  $("playing").dataset.name = played.name;
  $("playing").querySelector(".playing-name").textContent = say(`scenario.${played.name}`);
  const common = played.step === "begin" || played.step === "stopped";
  const step = say(common ? `step.${played.step}` : `step.${played.name}.${played.step}`);
  $("playing").querySelector(".playing-step").textContent = played.failed ? `${say("failed")} ${played.failed}` : step;
}

function showFaults(now) {
  $("dark").hidden = now.powered;
  for (const button of $("plugs").querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(now.unplugged.includes(button.dataset.name.slice(5))));
  for (const button of $("troubles").querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(now.troubles.includes(button.dataset.name.slice(8))));
  for (const button of $("weathers").querySelectorAll("button"))
    button.setAttribute("aria-checked", String(now.weather === button.dataset.weather));
  for (const plug of ["pad", "scanner", "printer"]) $(plug).classList.toggle("unplugged", now.unplugged.includes(plug));
}

// --- the journal ----------------------------------------------------------------------------------------------------

const mood = (kind) => (/intended|started/.test(kind) ? "asks" : /approved|accepted|disarmed|armed|printed|confirmed/.test(kind) ? "good"
  : /refused|unknown|not_|offline|failed|review|called/.test(kind) ? "bad" : "");

function cells(row) {
  const cell = (name, text) => make("span", { className: name, textContent: text });
  const kind = cell(`kind ${mood(row.kind)}`, told(`kind.${row.kind}`) || row.kind);
  kind.title = row.kind;
  return [cell("seq", row.seq), cell("at", row.at), kind, cell("what", row.title || row.item),
    cell("person", row.person && `#${row.person}`), cell("data", row.data)];
}

function showRows(rows) {
  const quiet = rows.length > 20;
  for (const row of rows) {
    const entry = make("li", { className: quiet ? "" : "new" }, ...cells(row));
    entry.row = row;
    entry.dataset.kind = row.kind;
    entry.dataset.item = row.item;
    $("rows").prepend(entry);
  }
  while ($("rows").children.length > MOST_ROWS) $("rows").lastChild.remove();
}

// --- the two lines --------------------------------------------------------------------------------------------------

const address = (path) => `${location.protocol.replace("http", "ws")}//${location.host}${path}`;

class Line {
  constructor(path, hear) {
    Object.assign(this, { path, hear, socket: null });
  }
  open() {
    if (this.socket || document.hidden) return;
    const socket = (this.socket = new WebSocket(address(this.path)));
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => this.hear(event.data);
    socket.onopen = () => connected();
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      connected();
      setTimeout(() => this.open(), 1000);
    };
  }
  shut() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
  say(what) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(what));
  }
  get up() {
    return this.socket?.readyState === WebSocket.OPEN;
  }
}

const desk = new Line("/desk", (data) => {
  const message = JSON.parse(data);
  if (message.state) show(message.state);
  if (message.rows) {
    const last = Number($("rows").firstChild?.row.seq ?? 0);
    showRows(message.rows.filter((row) => row.seq > last));
  }
});
const live = new Line("/screen", (data) => draw(data));

function connected() {
  $("link").textContent = desk.up ? say("live") : say("gone");
  $("link").classList.toggle("off", !desk.up);
}

async function draw(data) {
  const number = new DataView(data).getUint32(0);
  const canvas = $("screen");
  const pen = canvas.getContext("2d");
  if (number === 0) {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    return;
  }
  const picture = await createImageBitmap(new Blob([new Uint8Array(data, 4)], { type: "image/jpeg" }));
  if (canvas.width !== picture.width || canvas.height !== picture.height) {
    canvas.width = picture.width;
    canvas.height = picture.height;
  }
  pen.drawImage(picture, 0, 0);
  picture.close();
  canvas.dataset.frame = number;
  live.say({ drawn: number });
}

// --- a finger -------------------------------------------------------------------------------------------------------

function fingers(canvas) {
  let held = null;
  let moved = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (at, from, size) => Math.min(Math.max((at - from) / size, 0), 1);
    return { x: share(event.clientX, box.left, box.width), y: share(event.clientY, box.top, box.height) };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (held !== null || event.button !== 0) return;
    held = event.pointerId;
    canvas.setPointerCapture(held);
    live.say({ touch: "down", ...place(event) });
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== held) return;
    if (moved === null) requestAnimationFrame(() => {
      if (held !== null && moved) live.say({ touch: "move", ...moved });
      moved = null;
    });
    moved = place(event);
  });
  const up = (event) => {
    if (event.pointerId !== held) return;
    held = moved = null;
    live.say({ touch: "up", ...place(event) });
  };
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  keys(canvas);
}

function keys(canvas) {
  const at = { x: 0.5, y: 0.5 };
  const marker = $("marker");
  const mark = (shown) => {
    marker.hidden = !shown;
    marker.style.left = `${at.x * 100}%`;
    marker.style.top = `${at.y * 100}%`;
  };
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (way) {
      const step = event.shiftKey ? 0.01 : 0.04;
      at.x = Math.min(Math.max(at.x + way[0] * step, 0), 1);
      at.y = Math.min(Math.max(at.y + way[1] * step, 0), 1);
      mark(true);
    } else if (event.key === "Enter" || event.key === " ") {
      live.say({ touch: "down", ...at });
      live.say({ touch: "up", ...at });
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => mark(false));
  canvas.addEventListener("pointerdown", () => mark(false));
}

// --- begin ----------------------------------------------------------------------------------------------------------

function tabs() {
  const all = [...document.querySelectorAll("[role=tab]")];
  const choose = (tab) => {
    for (const each of all) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      $(each.getAttribute("aria-controls")).hidden = each !== tab;
    }
  };
  all.forEach((tab) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const next = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!next) return;
      const shown = all.filter((each) => !each.hidden);
      const other = shown[(shown.indexOf(tab) + next + shown.length) % shown.length];
      choose(other);
      other.focus();
    });
  });
}

function bind() {
  for (const each of document.querySelectorAll("[data-language]"))
    each.addEventListener("click", () => speak(each.dataset.language).then(connected));
  for (const each of document.querySelectorAll("[data-act]"))
    each.addEventListener("click", () => act(each.dataset.act, each.dataset.what ?? ""));
  $("scan").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("scan-text").value.trim();
    if (text) scan(text);
    $("scan-text").value = "";
  });
  $("book-search").addEventListener("input", showShelf);
  $("card-search").addEventListener("input", showReaders);
  const seconds = () => ($("seconds-said").textContent = $("seconds").value);
  $("seconds").addEventListener("input", seconds);
  $("seconds").addEventListener("change", () => state?.weather === "slow" && act("weather", "slow", Number($("seconds").value)));
  seconds();
  takes($("pad"), (thing) => {
    if (thing.item) lay(thing.item);
    else if (thing.part) act("part", thing.part);
    else if (thing.odd) act("odd", thing.odd);
  });
  takes($("scanner"), (thing) => (thing.scan || thing.item) && scan(thing.scan ?? thing.item));
  takes($("books"), (thing) => thing.key && act("lift", thing.key));
  document.addEventListener("visibilitychange", () => (document.hidden ? live.shut() : live.open()));
}

tabs();
bind();
fingers($("screen"));
there = await (await fetch("/what/there-is")).json();
await speak(wanted());
desk.open();
live.open();
