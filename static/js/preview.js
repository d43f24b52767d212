/* The what-if of a scoring sheet: cut-offs are dragged, stepped or typed, and the counts follow without asking the server. */
"use strict";

(() => {
  const root = document.getElementById("preview");
  const form = root?.querySelector("form[data-cutoffs]");
  const source = document.getElementById("preview-data");
  if (!form || !source) {
    return;
  }
  const { bars, tiers, held: gone, top, units, words } = JSON.parse(source.textContent);
  const plot = root.querySelector("[data-plot]");
  const matrix = root.querySelector("[data-matrix]");
  const [wrong, stale, spoken, verbs, back, take, unsaved, publish] = [
    "wrong",
    "stale",
    "spoken",
    "verbs",
    "reset",
    "take",
    "unsaved",
    "publish",
  ].map((name) => root.querySelector(`[data-${name}]`));
  const [PAGE, HEATS, PAUSE] = [5, 5, 400];
  const [WAN, YI] = [10000, 100000000];
  const saved = tiers.map((tier) => tier.minimum);
  const inputs = new Map([...form.querySelectorAll("[data-minimum]")].map((input) => [input.dataset.minimum, input]));
  const cuts = new Map([...plot.querySelectorAll("[data-cut]")].map((cut) => [cut.dataset.cut, cut]));
  // What the server wrote stands again when the cut-offs are the saved ones.
  const written = new Map();

  const at = (code) => tiers.findIndex((tier) => tier.code === code);
  const counted = (number) => number.toLocaleString("en-US");
  const fixed = (number, digits) =>
    number.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const money = (yuan) => {
    const size = Math.abs(yuan);
    let text = fixed(size, 2);
    if (units.yuan) {
      text = units.yuan + (size >= WAN ? fixed(size, 0) : text);
    } else if (size / WAN >= WAN) {
      text = fixed(size / YI, 2) + units.yi;
    } else if (size >= WAN) {
      text = fixed(size / WAN, 2) + units.wan;
    }
    return yuan < 0 ? `\u2212${text}` : text;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_match, name) => values[name]);

  // ---- the sums: tiering.services.preview.cut says the same ----

  const after = ([score, held, hold, rest]) => {
    if (hold === "hand") {
      return rest;
    }
    let reached = score === null ? -1 : tiers.findIndex((tier) => score >= tier.minimum);
    if (reached < 0) {
      return "";
    }
    const place = at(held);
    if (hold && place >= 0 && reached > place) {
      const met = at(rest);
      reached = hold === "watch" ? place : Math.max(Math.min(reached, met < 0 ? reached : met), place + 1);
    }
    return tiers[reached].code;
  };

  const rank = (code) => {
    const place = at(code);
    return place >= 0 ? place + 1 : gone[code];
  };

  const way = (left, reached) => {
    const [from, to] = [rank(left), rank(reached)];
    if (left === reached) {
      return "same";
    }
    return !from || !to || from === to ? "other" : to < from ? "up" : "down";
  };

  const sums = () => {
    const cells = new Map();
    for (const bar of bars) {
      const [, held, , , count, assets] = bar;
      const key = JSON.stringify([held, after(bar)]);
      const cell = cells.get(key) ?? { count: 0, assets: 0 };
      cell.count += count;
      cell.assets += assets;
      cells.set(key, cell);
    }
    return [...cells].map(([key, cell]) => {
      const [left, reached] = JSON.parse(key);
      return { left, reached, way: way(left, reached), ...cell };
    });
  };

  // ---- showing them ----

  const write = (element, ...content) => {
    if (!written.has(element)) {
      written.set(element, { nodes: [...element.childNodes], className: element.className, heat: element.dataset.heat });
    }
    element.replaceChildren(...content);
  };
  const restore = () => {
    for (const [element, { nodes, className, heat }] of written) {
      element.replaceChildren(...nodes);
      element.className = className;
      if (heat === undefined) {
        delete element.dataset.heat;
      } else {
        element.dataset.heat = heat;
      }
    }
    written.clear();
  };
  const part = (name, text, attributes = {}) => {
    const element = document.createElement(name);
    element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    return element;
  };
  const both = (number, yuan) => {
    const box = part("span", counted(number));
    box.append(part("small", money(yuan)));
    return box;
  };
  const change = (number) => {
    const name = number > 0 ? "rise" : number < 0 ? "fall" : "even";
    const text = { rise: "▲ +", fall: "▼ \u2212", even: "" }[name] + counted(Math.abs(number));
    return part("span", text, { class: `change ${name}` });
  };

  const show = () => {
    const cells = sums();
    const moves = cells.filter((cell) => cell.way !== "same");
    const total = (some, name) => some.reduce((sum, cell) => sum + cell[name], 0);
    const number = (name) => total(moves.filter((cell) => cell.way === name), "count");
    const figures = { moved: total(moves, "count"), up: number("up"), down: number("down") };
    for (const [name, value] of Object.entries(figures)) {
      write(root.querySelector(`[data-figure="${name}"]`), counted(value));
    }
    write(root.querySelector('[data-figure="assets"]'), money(total(moves, "assets")));
    const most = Math.max(0, ...moves.map((cell) => cell.count));
    for (const box of matrix.querySelectorAll("td[data-from]")) {
      const { from: left, to: reached } = box.dataset;
      const cell = cells.find((one) => one.left === left && one.reached === reached);
      const sign = { same: "＝", up: "▲", down: "▼", other: "→" }[cell?.way];
      if (!cell) {
        write(box, part("span", "·", { class: "unknown", "aria-hidden": "true" }));
        box.className = left === reached ? "same" : "";
        delete box.dataset.heat;
        continue;
      }
      const holder = part("span", "");
      const text = fill(cell.way === "same" ? words.stayed : words.moved, { n: counted(cell.count), left, reached });
      holder.append(
        part("span", `${text}, `, { class: "visually-hidden" }),
        part("span", `${sign} ${counted(cell.count)}`, { "aria-hidden": "true" }),
        part("small", money(cell.assets)),
      );
      write(box, holder);
      box.className = cell.way;
      if (cell.way === "same") {
        delete box.dataset.heat;
      } else {
        box.dataset.heat = 1 + Math.min(HEATS - 1, Math.floor((HEATS * (cell.count - 1)) / most));
      }
    }
    for (const box of matrix.querySelectorAll("td[data-total]")) {
      const some = cells.filter((cell) => cell.reached === box.dataset.total);
      write(box, both(total(some, "count"), total(some, "assets")));
    }
    for (const row of form.querySelectorAll("[data-tier]")) {
      const code = row.dataset.tier;
      const some = cells.filter((cell) => cell.reached === code);
      const before = total(cells.filter((cell) => cell.left === code), "count");
      write(row.querySelector("[data-after]"), counted(total(some, "count")));
      write(row.querySelector("[data-change]"), change(total(some, "count") - before));
      write(row.querySelector("[data-assets]"), money(total(some, "assets")));
    }
    return figures;
  };

  const place = () => {
    tiers.forEach((tier, number) => {
      const cut = cuts.get(tier.code);
      if (!cut) {
        return;
      }
      cut.setAttribute("x", `${(Math.min(Math.max(tier.minimum, 0), top) / top) * 100}%`);
      cut.querySelector("[data-points]").textContent = tier.minimum;
      const grip = cut.querySelector("[role=slider]");
      grip.setAttribute("aria-valuenow", tier.minimum);
      grip.setAttribute("aria-valuetext", fill(words.points, { code: tier.code, points: tier.minimum }));
      const [least, most] = room(number);
      grip.setAttribute("aria-valuemin", least);
      grip.setAttribute("aria-valuemax", most);
    });
  };

  // Between which points a tier may begin: above the one below it, below the one above it.
  const room = (number) => [
    tiers[number + 1] ? tiers[number + 1].minimum + 1 : 0,
    number > 0 ? tiers[number - 1].minimum - 1 : top,
  ];

  let pause;
  const follow = () => {
    const ordered = tiers.every((tier, number) => number === 0 || tiers[number - 1].minimum > tier.minimum);
    const sound = ordered && tiers.every((tier) => Number.isInteger(tier.minimum) && tier.minimum >= 0);
    const same = tiers.every((tier, number) => tier.minimum === saved[number]);
    wrong.hidden = sound;
    stale.hidden = same;
    back.hidden = same;
    for (const button of [take, publish]) {
      if (button) {
        button.disabled = button === take ? same || !sound : !same;
      }
    }
    if (unsaved) {
      unsaved.hidden = same;
    }
    for (const link of root.querySelectorAll("[data-saved-link]")) {
      link.toggleAttribute("aria-disabled", !same);
    }
    root.classList.toggle("preview-changed", !same);
    clearTimeout(pause);
    if (same) {
      restore();
    } else if (sound) {
      const { moved, up, down } = show();
      pause = setTimeout(() => {
        spoken.textContent = fill(words.spoken, { n: counted(moved), up: counted(up), down: counted(down) });
      }, PAUSE);
    }
    place();
  };

  const set = (code, points) => {
    const number = at(code);
    const [least, most] = room(number);
    tiers[number].minimum = Math.min(Math.max(Math.round(points), least), most);
    inputs.get(code).value = tiers[number].minimum;
    follow();
  };

  form.addEventListener("input", ({ target }) => {
    if (target.dataset.minimum) {
      tiers[at(target.dataset.minimum)].minimum = target.value.trim() === "" ? NaN : Number(target.value);
      follow();
    }
  });
  form.addEventListener("reset", () => {
    setTimeout(() => {
      tiers.forEach((tier, number) => {
        tier.minimum = saved[number];
        if (inputs.has(tier.code)) {
          inputs.get(tier.code).value = saved[number];
        }
      });
      follow();
    });
  });
  form.addEventListener("submit", (event) => {
    if (!take || take.disabled) {
      event.preventDefault();
    }
  });

  const points = (event) => {
    const box = plot.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * top;
  };
  for (const [code, cut] of cuts) {
    const grip = cut.querySelector("[role=slider]");
    grip.addEventListener("pointerdown", (event) => {
      grip.setPointerCapture(event.pointerId);
      grip.focus();
      event.preventDefault();
    });
    grip.addEventListener("pointermove", (event) => {
      if (grip.hasPointerCapture(event.pointerId)) {
        set(code, points(event));
      }
    });
    grip.addEventListener("keydown", (event) => {
      const now = tiers[at(code)].minimum;
      const [least, most] = room(at(code));
      const target = {
        ArrowRight: now + 1,
        ArrowUp: now + 1,
        ArrowLeft: now - 1,
        ArrowDown: now - 1,
        PageUp: now + PAGE,
        PageDown: now - PAGE,
        Home: least,
        End: most,
      }[event.key];
      if (target !== undefined) {
        event.preventDefault();
        event.stopPropagation();
        set(code, target);
      }
    });
  }
  // What a form that came back brought along counts too.
  for (const [code, input] of inputs) {
    tiers[at(code)].minimum = input.value.trim() === "" ? NaN : Number(input.value);
  }
  verbs.hidden = false;
  follow();
})();
