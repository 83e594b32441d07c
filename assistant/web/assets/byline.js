/* The page's own script: it puts delivered turns in place, keeps the address in step and answers clicks and keys.
   It never builds HTML from text: what it places was built and escaped on the server. */
(() => {
  "use strict";

  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const isBrowse = (search) => {
    const parameters = new URLSearchParams(search);
    const keys = ["company", "technology", "author", "year", "code", "summary", "max_minutes", "words"];
    return parameters.get("view") === "browse" || keys.some((key) => parameters.has(key));
  };

  let trigger = null; // raises an event of the Gradio app
  let next = null; // what the next press of Ask asks, where it is not the text box's content
  let waiting = false;
  let patience = 0; // ends the wait for a server that is gone
  let stops = 0; // stopped questions whose answers are still to come
  let editing = null; // the turn whose question is being edited
  let travelling = 0; // when a page of the catalog was sent for that has not come yet
  let further = null; // the page wanted after that one
  let filling = false; // the script writes into a field, not the reader
  const early = [];

  const send = (name, data) => (trigger ? trigger(name, data) : early.push([name, data]));
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const box = () => one("#question textarea, #question input");
  const log = () => one("#log");

  /* Views and addresses */

  /* Of a question too long for an address, that of the start page; as `web.address.question_address`. */
  function searchOf(question) {
    const search = `?${new URLSearchParams({ q: question })}`;
    return search.length < 8000 ? search : "";
  }

  function show(view) {
    document.documentElement.dataset.view = view;
    for (const link of all("[data-view-link]")) {
      if (link.dataset.viewLink === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  function title(text) {
    document.title = text ? `${text} · Byline` : "Byline";
  }

  function go(href, { push = true } = {}) {
    const url = new URL(href, location.href);
    if (isBrowse(url.search)) {
      if (push) history.pushState({ from: "go" }, "", url);
      show("browse");
      const words = one("#words input, #words textarea");
      const given = url.searchParams.get("words") || "";
      if (words && words !== document.activeElement && words.value !== given) fill(words, given);
      travel(url.search);
      scrollTo({ top: 0 });
      return;
    }
    const question = url.searchParams.get("q");
    if (push) history.pushState({ from: "go" }, "", url);
    show("ask");
    if (!question) {
      title("");
      box()?.focus({ preventScroll: true });
      return;
    }
    const turns = all(".turn", log()).reverse();
    const shown =
      turns.find((turn) => turn.dataset.address === `/${url.search}`) ||
      turns.find((turn) => one(".question", turn)?.textContent === question);
    if (shown) reveal(shown);
    else if (url.searchParams.has("history")) location.assign(url);
    else ask(question, { fresh: true, push: false });
  }

  /* One page of the catalog is sent for at a time: of those wanted meanwhile, the last. */
  function travel(query) {
    if (travelling && Date.now() - travelling < 10000) {
      further = query;
      return;
    }
    travelling = Date.now();
    document.documentElement.dataset.loading = "1";
    send("go", { query });
  }

  function travelled() {
    const query = further;
    travelling = 0;
    further = null;
    if (query === null) arrived();
    else travel(query);
  }

  /* Asking */

  function fill(field, text) {
    filling = true;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    filling = false;
  }

  function ask(question, more = {}) {
    if (waiting) return;
    next = { question, ...more };
    one("#ask-button")?.click();
  }

  /* Gradio calls this before it sends a question: it returns what to send, and shows the question as waiting. */
  function prepare(typed, kept) {
    const wanted = next || { question: typed || "", at: editing };
    const question = String(wanted.question).trim();
    let turns = Array.isArray(kept) ? kept : [];
    next = null;
    if (!question) {
      box()?.focus();
      return ["", turns, false];
    }
    if (wanted.at !== null && wanted.at !== undefined) {
      turns = turns.filter((turn) => turn.number < wanted.at);
      for (const turn of all(".turn", log())) if (Number(turn.dataset.turn) >= wanted.at) turn.remove();
    }
    editing = null;
    wait(question, wanted.push !== false);
    return [question, turns, wanted.fresh === true];
  }

  function wait(question, push) {
    waiting = true;
    patience = setTimeout(failed, 30000);
    show("ask");
    document.documentElement.dataset.waiting = "1";
    document.documentElement.removeAttribute("data-empty");
    const section = document.createElement("section");
    section.className = "turn pending";
    const heading = document.createElement("h2");
    heading.className = "question";
    heading.textContent = question;
    const lines = document.createElement("div");
    lines.className = "skeleton";
    lines.setAttribute("aria-hidden", "true");
    section.append(heading, lines);
    log().append(section);
    if (push) {
      const search = searchOf(question);
      if (location.search !== search) history.pushState({ from: "ask" }, "", `/${search}`);
    }
    title(question);
    reveal(section);
  }

  function settle() {
    waiting = false;
    clearTimeout(patience);
    delete document.documentElement.dataset.waiting;
    for (const turn of all(".turn.pending", log())) turn.remove();
    if (!one(".turn", log())) document.documentElement.dataset.empty = "1";
  }

  /* A stopped question leaves the conversation as it was, and the question in the box. */
  function stopped() {
    stops += 1;
    const question = one(".turn.pending .question", log())?.textContent || "";
    settle();
    fill(box(), question);
    box().focus();
  }

  /* A failed question goes back into the box. */
  function failed() {
    if (stops) {
      stops -= 1;
      return;
    }
    const question = one(".turn.pending .question", log())?.textContent;
    settle();
    if (question && !box().value) fill(box(), question);
    say("The server did not answer. Try again.");
  }

  /* At once, and again when what came near is laid out: a smooth way would aim by the guessed heights of hidden turns. */
  function reveal(element, times = 3) {
    element.scrollIntoView({ block: "start", behavior: "instant" });
    if (times > 1) requestAnimationFrame(() => requestAnimationFrame(() => reveal(element, times - 1)));
  }

  /* Places what the server delivered: the next turn, or the whole conversation after a reload. */
  function deliver(parcel) {
    if (!parcel) return;
    const mode = parcel.dataset.mode;
    const turns = all(".turn", parcel);
    if (mode === "next" && stops) {
      // The answer to a stopped question: neither shown nor kept.
      stops -= 1;
      parcel.remove();
      setTimeout(() => one("#undo-button")?.click(), 50); // once the conversation has arrived too
      return;
    }
    settle();
    if (mode === "all") log().replaceChildren();
    log().append(...turns);
    parcel.remove();
    const address = mode === "next" && turns[0]?.dataset.address;
    const asked = turns[0] && searchOf(one(".question", turns[0]).textContent);
    if (address && location.search === asked) history.replaceState(history.state, "", address);
    if (turns.length) document.documentElement.removeAttribute("data-empty");
    else if (mode === "all") document.documentElement.dataset.empty = "1";
    document.documentElement.dataset.ready = "1";
    show(document.documentElement.dataset.view);
    const last = turns[turns.length - 1];
    if (last && document.documentElement.dataset.view === "ask" && (mode !== "all" || location.search)) {
      title(one(".question", last).textContent);
      reveal(last);
    }
    document.dispatchEvent(new CustomEvent("byline:delivered"));
  }

  function clear() {
    log().replaceChildren();
    editing = null;
    document.documentElement.dataset.empty = "1";
    history.pushState({}, "", "/");
    show("ask");
    title("");
    box()?.focus();
  }

  /* The catalog's pages */

  function arrived() {
    delete document.documentElement.dataset.loading;
    const head = one("#browse-head h1");
    if (!head) return;
    if (document.documentElement.dataset.view === "browse") {
      title(head.textContent);
      const place = one("#browse-head [data-address]")?.dataset.address;
      if (place && isBrowse(location.search)) history.replaceState(history.state, "", place);
      if (document.activeElement === document.body || document.activeElement?.closest("#browse-head, #browse-side, #browse-main")) {
        head.focus({ preventScroll: true });
      }
    }
    document.dispatchEvent(new CustomEvent("byline:arrived"));
  }

  /* Facets stand open beside the articles, and folded above them where there is no room beside. */
  function unfold(side) {
    if (matchMedia("(min-width: 861px)").matches) one("details.facets", side)?.setAttribute("open", "");
  }

  addEventListener("resize", () => unfold(document));

  function extend(parcel) {
    const list = one("#browse-main .cards.listing");
    if (!parcel || !list) return;
    const first = one(".card", parcel);
    list.append(...all(".cards.listing > li", parcel));
    one("#browse-main .ending")?.replaceWith(one(".ending", parcel));
    parcel.remove();
    first?.focus({ preventScroll: true });
  }

  /* The query of the page with other words in it, from the filter box. Gradio's own event does not tell of deletions. */
  function narrowed(words) {
    const parameters = new URLSearchParams(location.search);
    parameters.delete("sort");
    if (words.trim()) parameters.set("words", words.trim());
    else parameters.delete("words");
    if (![...parameters.keys()].length) parameters.set("view", "browse");
    const search = `?${parameters}`;
    history.replaceState(history.state, "", `/${search}`);
    return search;
  }

  document.addEventListener("input", (event) => {
    if (!filling && event.target.closest?.("#words")) travel(narrowed(event.target.value));
  });

  /* Clicks */

  const turnOf = (element) => element.closest(".turn");
  const items = (turn, selector) => all(`${selector} li`, turn).map((item) => item.textContent);

  /* The answer of a turn in another form, such as Markdown or BibTeX. */
  async function exported(turn, format) {
    const body = { question: one(".question", turn).textContent, history: items(turn, ".asked-before") };
    const reply = await post(`/api/ask?format=${format}`, body);
    if (!reply) say("The server did not answer. Try again.");
    return reply ? reply.text() : null;
  }

  async function post(address, body) {
    const headers = { "Content-Type": "application/json" };
    const reply = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
    return reply?.ok ? reply : null;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.style.position = "fixed";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  function save(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function say(text) {
    const toast = one("#toast");
    toast.textContent = text;
    toast.dataset.shown = "1";
    clearTimeout(say.timer);
    say.timer = setTimeout(() => delete toast.dataset.shown, 2200);
  }

  async function vote(button) {
    const turn = turnOf(button);
    const body = {
      question: one(".question", turn).textContent,
      helpful: button.dataset.helpful === "1",
      history: items(turn, ".asked-before"),
      articles: items(turn, ".cited").slice(0, 50),
    };
    if (!(await post("/api/feedback", body))) return say("That could not be kept. Try again.");
    for (const other of all('[data-act="vote"]', turn)) other.setAttribute("aria-pressed", String(other === button));
    say("Thank you. Kept with the catalog.");
  }

  const acts = {
    ask: (button) => ask(button.dataset.question, { fresh: button.dataset.fresh === "1" }),
    retry: (button) => {
      const turn = turnOf(button);
      ask(one(".question", turn).textContent, { at: Number(turn.dataset.turn) });
    },
    edit: (button) => {
      const turn = turnOf(button);
      editing = Number(turn.dataset.turn);
      fill(box(), one(".question", turn).textContent);
      box().focus();
      box().setSelectionRange(box().value.length, box().value.length);
      say("Edit the question and ask. Later turns will be replaced.");
    },
    copy: async (button) => {
      const text = await exported(turnOf(button), "markdown");
      if (text === null) return;
      await copy(text);
      say("Answer copied as Markdown.");
    },
    save: async (button) => {
      const text = await exported(turnOf(button), button.dataset.kind);
      if (text === null) return;
      save(text, button.dataset.name);
      say(`Saved ${button.dataset.name}.`);
    },
    vote,
    forget: () => one("#forget-button")?.click(),
    theme: () => {
      const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark");
      localStorage.setItem("byline-theme", dark ? "light" : "dark");
      document.documentElement.dataset.theme = dark ? "light" : "dark";
    },
  };

  document.addEventListener("click", (event) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const cite = event.target.closest("a.cite");
    if (cite && plain) {
      const card = document.getElementById(cite.dataset.card);
      if (card) {
        event.preventDefault();
        card.closest("details.more-cards")?.setAttribute("open", "");
        flash(card);
        card.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
        card.focus({ preventScroll: true });
      }
      return;
    }
    const link = event.target.closest("a[data-nav]");
    if (link && plain) {
      event.preventDefault();
      go(link.getAttribute("href"));
      return;
    }
    const button = event.target.closest("button[data-act]");
    if (button) return void acts[button.dataset.act]?.(button);
    const more = event.target.closest("button[data-more]");
    if (more) {
      more.disabled = true;
      send("more", { query: more.dataset.query, offset: Number(more.dataset.more) });
    }
  });

  function flash(card) {
    for (const lit of all(".card.lit")) lit.classList.remove("lit");
    card.classList.add("lit");
  }

  for (const [enter, leave] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    document.addEventListener(enter, (event) => {
      const cite = event.target.closest?.("a.cite");
      const card = cite && document.getElementById(cite.dataset.card);
      if (card) flash(card);
    });
    document.addEventListener(leave, (event) => {
      const cite = event.target.closest?.("a.cite");
      if (cite) document.getElementById(cite.dataset.card)?.classList.remove("lit");
    });
  }

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName || "");
    if (event.key === "/" && !typing && !event.metaKey && !event.ctrlKey && !event.altKey) {
      const field = document.documentElement.dataset.view === "browse" ? one("#words input, #words textarea") : box();
      if (field) {
        event.preventDefault();
        field.focus();
      }
    }
    if (event.key === "Escape" && editing !== null) {
      editing = null;
      fill(box(), "");
      say("Editing left.");
    }
  });

  addEventListener("popstate", () => go(location.href, { push: false }));

  /* Set before the first paint, so that nothing jumps. */
  const theme = localStorage.getItem("byline-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  show(isBrowse(location.search) ? "browse" : "ask");
  document.documentElement.dataset.empty = "1";

  window.byline = {
    prepare,
    stopped,
    clear,
    arrived,
    travelled,
    search: () => location.search,
    connect: (raise) => {
      trigger = raise;
      while (early.length) trigger(...early.shift());
      one("#splash")?.remove();
      show(document.documentElement.dataset.view);
      const area = box();
      if (area && document.documentElement.dataset.view === "ask" && matchMedia("(pointer: fine)").matches) area.focus({ preventScroll: true });
    },
    deliver: (element) => deliver(one("[data-mode]", element)),
    unfold,
    extend: (element) => extend(one("[data-mode]", element)),
    failed,
  };
})();
