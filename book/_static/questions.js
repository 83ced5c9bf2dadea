// Makes the questions of a page a quiz and its flashcards a deck; without this script they read as they stand.
{
  const VERSION = 1; // of what is kept in the browser: anything else is dropped
  const stores = new Map();

  const h = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const button = (textContent, onclick, properties = {}) =>
    h("button", { type: "button", textContent, onclick, ...properties });
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isPlain = ({ altKey, ctrlKey, metaKey, shiftKey, target }) =>
    !(altKey || ctrlKey || metaKey || shiftKey) && !target.matches("select, input:not([type=radio], [type=checkbox])");

  // What the browser keeps of an exam: the rounds by place, the last verdict on each question, the cards.
  function store(exam) {
    const key = `seniorde.questions.${exam}`;
    if (!stores.has(exam)) {
      let state = { version: VERSION, rounds: {}, last: {}, cards: {} };
      try {
        const kept = JSON.parse(localStorage.getItem(key));
        if (kept?.version === VERSION && [kept.rounds, kept.last, kept.cards].every(isRecord)) state = kept;
      } catch {} // no storage, or nothing that can be read
      const save = () => {
        try {
          localStorage.setItem(key, JSON.stringify(state));
        } catch {}
      };
      const forget = () => {
        if (!confirm(`Forget all answers, scores and cards of ${exam.toUpperCase()} in this browser?`)) return;
        try {
          localStorage.removeItem(key);
        } catch {}
        location.reload();
      };
      stores.set(exam, { state, save, forget });
    }
    return stores.get(exam);
  }

  function shuffled(list) {
    const drawn = [...list];
    for (let last = drawn.length - 1; last > 0; last--) {
      const other = Math.floor(Math.random() * (last + 1));
      [drawn[last], drawn[other]] = [drawn[other], drawn[last]];
    }
    return drawn;
  }

  function quiz(bank) {
    const { exam, key } = bank.dataset;
    const { state, save, forget } = store(exam);
    const minutes = Number(bank.dataset.minutes);
    const weights = JSON.parse(bank.dataset.weights);
    const questions = new Map([...bank.querySelectorAll(".question")].map((element) => [element.id, element]));
    const ids = [...questions.keys()];

    const inputs = (id) => [...questions.get(id).querySelectorAll("input")];
    const letters = (list) => list.map((input) => input.value).join("");
    const answer = (id) => letters(inputs(id).filter((input) => input.closest("[data-right]")));
    const chosen = (id) => String(round?.answers[id] ?? "");
    const isRight = (id) => chosen(id) === answer(id);
    const isOpen = (id) => chosen(id).length !== answer(id).length;

    const sound = (kept) =>
      isRecord(kept) && [kept.answers, kept.checked, kept.flags].every(isRecord) && Array.isArray(kept.ids) &&
      kept.ids.every((id) => questions.has(id)) && Number.isInteger(kept.at) && kept.at in kept.ids &&
      (kept.ends === null || Number.isFinite(kept.ends));
    let round = sound(state.rounds[key]) ? state.rounds[key] : null; // null: the page as it stands
    const isRunning = () => round !== null && !round.done;
    const isExam = () => round.ends !== null;
    const isLast = () => round.at === round.ids.length - 1;
    const isRevealed = (id) => round !== null && (round.done || id in round.checked);
    const current = () => round.ids[round.at];

    const clock = h("p", { className: "clock", role: "timer" });
    const panel = h("div", { className: "panel" });
    const list = h("div", {});
    const previous = button("Previous", () => move(-1));
    const next = button("Next", () => move(1));
    const checking = button("Check the answer", () => check());
    const flag = button("Flag", () => toggle());
    const end = button("Finish", () => finish());
    const status = h("p", { className: "status", role: "status" });
    const map = h("div", { className: "map", role: "group", ariaLabel: "Questions of this round" });
    const keys = h("p", { className: "keys" });
    const controls = h("div", { className: "controls" }, previous, checking, next, flag, end);
    const foot = h("div", { className: "foot" }, controls, status, map, keys);
    let ticking;

    // Domains in proportion to their weights, by Sainte-Laguë: the i-th of a domain ranks (i + 1/2) / weight.
    function draw(number) {
      const seen = {};
      const ranked = shuffled(ids).map((id) => {
        const { domain } = questions.get(id).dataset;
        seen[domain] = (seen[domain] ?? 0) + 1;
        return [(seen[domain] - 0.5) / weights[domain], id];
      });
      ranked.sort(([one], [other]) => one - other);
      return shuffled(ranked.slice(0, number).map(([, id]) => id));
    }

    function start(drawn, timed) {
      const ends = timed ? Date.now() + drawn.length * minutes * 60000 : null;
      round = state.rounds[key] = { ids: drawn, at: 0, answers: {}, checked: {}, flags: {}, ends, done: false };
      status.textContent = "";
      arrange();
      move(0);
    }

    function leave() {
      round = null;
      delete state.rounds[key];
      save();
      arrange();
      render();
      panel.querySelector("button").focus();
    }

    function move(step) {
      round.at = Math.min(Math.max(round.at + step, 0), round.ids.length - 1);
      save();
      render();
      questions.get(current()).querySelector("fieldset").focus();
    }

    function choose() {
      round.answers[current()] = letters(inputs(current()).filter((input) => input.checked));
      save();
      renderMap();
    }

    function check() {
      const id = current();
      const asked = document.getElementById(`${id}-choose`).textContent;
      if (isOpen(id)) return void (status.textContent = asked);
      round.checked[id] = true;
      state.last[id] = isRight(id);
      save();
      render();
      const checked = round.ids.filter(isRevealed);
      status.textContent = `${checked.filter(isRight).length} of ${checked.length} right so far.`;
      questions.get(id).querySelector(".verdict").focus();
    }

    function toggle() {
      round.flags[current()] = !round.flags[current()];
      status.textContent = round.flags[current()] ? "Flagged for review." : "No longer flagged.";
      save();
      render();
    }

    function finish(late = false) {
      const open = round.ids.filter(isOpen).length;
      if (isExam() && !late && open && !confirm(`${count(open, "question")} without a full answer. Finish?`)) return;
      if (isExam()) for (const id of round.ids) state.last[id] = isRight(id);
      else round.ids = round.ids.filter(isRevealed);
      if (round.ids.length === 0) return leave();
      Object.assign(round, { done: true, late, at: 0 });
      save();
      arrange();
      render();
      panel.querySelector(".score").focus();
    }

    function tick() {
      const left = Math.max(0, Math.ceil((round.ends - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`;
      if (left === 300 || left === 60) status.textContent = `${count(left / 60, "minute")} left.`;
      if (left === 0) finish(true);
    }

    const arrange = () => list.replaceChildren(...(round?.ids ?? ids).map((id) => questions.get(id)));

    function render() {
      clearInterval(ticking);
      const mode = isRunning() ? "running" : round ? "done" : "rest";
      const views = { running: () => (isExam() ? [clock] : []), done: scores, rest: choices };
      bank.dataset.mode = mode;
      panel.replaceChildren(...views[mode]());
      for (const [id, element] of questions) renderQuestion(id, element);
      foot.hidden = !isRunning();
      if (foot.hidden) return;
      checking.hidden = isExam() || isRevealed(current());
      flag.hidden = !isExam();
      flag.ariaPressed = String(Boolean(round.flags[current()]));
      previous.disabled = round.at === 0;
      next.disabled = isLast();
      const main = !checking.hidden ? checking : isLast() ? end : next;
      for (const one of [checking, next, end]) one.classList.toggle("main", one === main);
      const special = isExam() ? "R flags" : "Enter checks";
      keys.textContent = `Keys: A to F or 1 to 6 choose, ${special}, N and P go on and back.`;
      renderMap();
      if (!isExam()) return;
      ticking = setInterval(tick, 1000);
      tick();
    }

    function renderQuestion(id, element) {
      const [details, legend] = [element.querySelector("details"), element.querySelector("legend")];
      const revealed = isRevealed(id);
      element.hidden = isRunning() && id !== current();
      element.classList.toggle("revealed", revealed);
      legend.textContent = round?.ids.includes(id)
        ? `Question ${round.ids.indexOf(id) + 1} of ${round.ids.length}`
        : `Question ${ids.indexOf(id) + 1}`;
      for (const input of inputs(id)) input.checked = chosen(id).includes(input.value);
      details.hidden = isRunning() && !revealed;
      details.open = revealed;
      for (const old of element.querySelectorAll(".verdict, .yours")) old.remove();
      if (!revealed) return;
      const [className, word] = isRight(id) ? ["right", "Right"] : ["wrong", chosen(id) ? "Not right" : "Not answered"];
      const textContent = `${word}: the answer is ${[...answer(id)].join(" and ")}.`;
      details.before(h("p", { className: `verdict ${className}`, tabIndex: -1, textContent }));
      for (const term of element.querySelectorAll("dt"))
        if (chosen(id).includes(term.querySelector(".letter").textContent))
          term.append(" ", h("em", { className: "yours", textContent: "your choice" }));
    }

    function renderMap() {
      map.replaceChildren(...round.ids.map((id, at) => {
        const words = [isRevealed(id) ? (isRight(id) ? "right" : "wrong") : isOpen(id) ? "open" : "answered"];
        if (round.flags[id]) words.push("flagged");
        return button(at + 1, () => move(at - round.at), {
          className: words.join(" "),
          ariaLabel: `Question ${at + 1}, ${words.join(", ")}`,
          ariaCurrent: String(at === round.at),
        });
      }));
    }

    const missedButton = () => {
      const missed = ids.filter((id) => state.last[id] === false);
      const again = () => start(shuffled(missed), false);
      return missed.length ? [button(`Only what I missed (${missed.length})`, again)] : [];
    };

    function choices() {
      const sizes = [5, 10, 20, 40, 65].filter((size) => size < ids.length);
      const options = sizes.map((size) => h("option", { value: size, textContent: size }));
      options.push(h("option", { value: ids.length, textContent: `all ${ids.length}`, selected: true }));
      const name = () => (timed.textContent = `Exam: ${minutes * select.value} minutes`);
      const select = h("select", { onchange: name }, ...options);
      const practice = button("Practise", () => start(draw(Number(select.value)), false), { className: "main" });
      const timed = button("", () => start(draw(Number(select.value)), true));
      name();
      const forgetful = Object.keys({ ...state.last, ...state.cards }).length ? [button("Forget my answers", forget)] : [];
      const textContent = "Practise, with the reasons after each answer, or sit an exam against the clock.";
      const buttons = [h("label", {}, "Questions ", select), practice, timed, ...missedButton(), ...forgetful];
      return [h("p", { textContent }), h("div", { className: "controls" }, ...buttons)];
    }

    function scores() {
      const groups = (some, kind) => Object.entries(Object.groupBy(some, (id) => questions.get(id).dataset[kind])).sort();
      const row = (className, [name, some]) =>
        h("tr", { className }, h("th", { scope: "row", textContent: name }),
          ...[some.filter(isRight).length, some.length].map((textContent) => h("td", { textContent })));
      const rows = groups(round.ids, "domain").flatMap((domain) => [
        row("domain", domain),
        ...groups(domain[1], "objective").map((objective) => row("objective", objective)),
      ]);
      const head = ["Domain and objective", "Right", "Of"].map((textContent) => h("th", { scope: "col", textContent }));
      const [right, total] = [round.ids.filter(isRight).length, round.ids.length];
      const share = `${right} of ${total} right (${Math.round((100 * right) / total)} %).`;
      return [
        h("p", { className: "score", tabIndex: -1, textContent: round.late ? `Time is up. ${share}` : share }),
        h("table", { className: "table" }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)),
        h("div", { className: "controls" }, ...missedButton(), button("Back to all questions", leave)),
      ];
    }

    bank.addEventListener("change", ({ target }) => isRunning() && target.matches(".question input") && choose());
    bank.addEventListener("keydown", (event) => {
      if (!isRunning() || !isPlain(event)) return;
      const pressed = event.key.toLowerCase();
      const place = Math.max("abcdef".indexOf(pressed), "123456".indexOf(pressed));
      const option = pressed.length === 1 && !isRevealed(current()) ? inputs(current())[place] : undefined;
      const enters = pressed === "enter" && event.target.matches("input, .verdict, fieldset");
      if (option) {
        option.focus();
        option.click();
      } else if (enters && !checking.hidden) check();
      else if (enters && isLast()) end.focus();
      else if (enters || pressed === "n") move(1);
      else if (pressed === "p") move(-1);
      else if (pressed === "r" && isExam()) toggle();
      else return;
      event.preventDefault();
    });
    bank.querySelector(".facts").after(panel, list, foot);
    arrange();
    render();
  }

  function deck(section) {
    const { state, save } = store(section.dataset.exam);
    const cards = new Map([...section.querySelectorAll("li[data-id]")].map((item) => [item.dataset.id, item]));
    const ids = [...cards.keys()];
    let pile = []; // the cards still to come; none: the list as it stands
    const told = h("p", { className: "status", role: "status" });
    const known = button("Known", () => sort("known"), { className: "main" });
    const again = button("Again", () => sort("again"));
    const stop = button("Stop", () => begin([]));
    const learn = button("", () => begin(shuffled(unknown().length ? unknown() : ids)), { className: "main" });
    const unknown = () => ids.filter((id) => state.cards[id] !== "known");

    function begin(some) {
      pile = some;
      render();
      (pile.length ? cards.get(pile[0]).querySelector("summary") : learn).focus();
    }

    function sort(verdict) {
      const [id, ...rest] = pile;
      state.cards[id] = verdict;
      save();
      begin(verdict === "again" ? [...rest, id] : rest);
    }

    function render() {
      const isRunning = pile.length > 0;
      section.dataset.mode = isRunning ? "running" : "rest";
      for (const [id, item] of cards) {
        item.hidden = isRunning && id !== pile[0];
        item.firstElementChild.open = false;
      }
      for (const one of [known, again, stop]) one.hidden = !isRunning;
      learn.hidden = isRunning;
      learn.textContent = unknown().length ? `Learn ${count(unknown().length, "card")}` : "Repeat all cards";
      const done = `You know ${ids.length - unknown().length} of ${count(ids.length, "card")}.`;
      told.textContent = isRunning ? `${count(pile.length, "card")} to go.` : done;
    }

    section.addEventListener("keydown", (event) => {
      const verdict = { k: "known", a: "again" }[event.key.toLowerCase()];
      if (!verdict || !pile.length || !isPlain(event)) return;
      event.preventDefault();
      sort(verdict);
    });
    const keys = h("p", { className: "keys", textContent: "Keys: Space turns the card, K is known, A is again." });
    section.querySelector(".facts").after(told, h("div", { className: "controls" }, learn));
    section.append(h("div", { className: "controls" }, known, again, stop), keys);
    render();
  }

  document.querySelectorAll(".question-bank").forEach(quiz);
  document.querySelectorAll(".flashcards").forEach(deck);
}
