/* The scoring sheet in Django admin: add, copy, move and take away rows, and have what stands there checked as one types. */
"use strict";

(() => {
  const form = document.querySelector("form[data-sheet]");
  if (!form) {
    return;
  }
  // Rows with nothing in them are marked by the server's blank number.
  const BLANK = "__prefix__";
  const PAUSE = 350;
  const english = document.documentElement.lang.startsWith("en");
  const kinds = JSON.parse(form.dataset.kinds);
  // {fact: [name, English name, [[answer, label, Chinese, English] …]]}
  const words = JSON.parse(form.dataset.words);
  const summary = document.querySelector("[data-summary]");
  const notice = document.querySelector("[data-notice]");
  const unchecked = document.querySelector("p[data-unchecked]");
  // Inputs somebody has been in: an empty one that nobody came to yet is no fault to point at.
  const touched = new Set();
  let dirty = false;

  const rowsOf = (prefix) => form.querySelector(`[data-rows="${prefix}"]`);
  const total = (prefix) => form.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const field = (row, name) => row.querySelector(`[name="${row.id}-${name}"]`);
  const gone = (row) => field(row, "DELETE")?.checked ?? false;

  const number = (rows) => {
    [...rows.children].forEach((row, place) => {
      const order = field(row, "order");
      if (order) {
        order.value = place + 1;
      }
    });
  };

  const insert = (prefix) => {
    const counter = total(prefix);
    const rows = rowsOf(prefix);
    const blank = document.querySelector(`template[data-blank="${prefix}"]`);
    const holder = document.createElement("template");
    // Only this level's blank is filled in: "criteria-__prefix__-options-__prefix__" keeps its second one.
    holder.innerHTML = blank.innerHTML.replaceAll(`${prefix}-${BLANK}`, `${prefix}-${counter.value}`);
    const row = holder.content.querySelector(rows.tagName === "TBODY" ? "tr" : "section");
    rows.append(row);
    counter.value = Number(counter.value) + 1;
    number(rows);
    return row;
  };

  const option = (section) => {
    const row = insert(`${section.dataset.criterion}-options`);
    offer(section, row);
    return row;
  };

  const add = (prefix) => {
    const row = insert(prefix);
    const section = row.closest("[data-criterion]");
    if (section === row) {
      option(section);
    } else if (section) {
      offer(section, row);
    }
    changed();
    row.querySelector("select, input:not([type=hidden], .sheet-order input)")?.focus();
  };

  // The answers of the criterion's fact in the select of an option.
  const offer = (section, row) => {
    const select = field(row, "value");
    const answers = words[field(section, "fact").value]?.[2] ?? [];
    const known = new Set([...select.options].map((one) => one.value));
    if (answers.length === known.size - 1 && answers.every(([code]) => known.has(code))) {
      return;
    }
    const value = select.value;
    select.replaceChildren(new Option("—", ""), ...answers.map(([code, label]) => new Option(label, code)));
    select.value = known.has(value) && answers.some(([code]) => code === value) ? value : "";
  };

  const empty = (row) => ["name", "points", "lower", "upper"].every((name) => field(row, name).value === "");

  const show = (section) => {
    const kind = kinds[field(section, "fact").value] ?? "none";
    section.classList.remove("is-choice", "is-number", "is-years", "is-asked", "is-none");
    section.classList.add(`is-${kind}`);
    const said = english && field(section, "name_en").value;
    section.querySelector("[data-title]").textContent = said || field(section, "name").value;
  };

  // Another source: its names where there are none, and its answers as options where nothing was typed.
  const sourced = (section) => {
    const [name, translated, answers] = words[field(section, "fact").value] ?? ["", "", []];
    const rows = [...rowsOf(`${section.dataset.criterion}-options`).children];
    if (!field(section, "name").value) {
      field(section, "name").value = name;
      field(section, "name_en").value = field(section, "name_en").value || translated;
    }
    rows.forEach((row) => offer(section, row));
    if (answers.length && rows.every(empty)) {
      while (rows.length < answers.length) {
        rows.push(option(section));
      }
      answers.forEach(([code, , chinese, said], at) => {
        field(rows[at], "value").value = code;
        field(rows[at], "name").value = chinese;
        field(rows[at], "name_en").value = said;
      });
    }
  };

  const renamed = (text, from, to) => text.replaceAll(`${from}-`, `${to}-`);

  const copy = (section) => {
    const counter = total("criteria");
    const [from, to] = [section.dataset.criterion, `criteria-${counter.value}`];
    const twin = section.cloneNode(true);
    const inputs = twin.querySelectorAll("input, select");
    section.querySelectorAll("input, select").forEach((input, at) => {
      inputs[at].value = input.value;
      inputs[at].checked = input.checked;
    });
    for (const element of [twin, ...twin.querySelectorAll("*")]) {
      for (const name of ["id", "name", "for", "data-rows", "data-add", "data-blank", "data-faults", "data-criterion"]) {
        const value = element.getAttribute(name);
        if (value !== null) {
          element.setAttribute(name, value === from ? to : renamed(value, from, to));
        }
      }
      if (element.tagName === "TEMPLATE") {
        element.innerHTML = renamed(element.innerHTML, from, to);
      }
    }
    twin.querySelector(`[name="${to}-options-INITIAL_FORMS"]`).value = 0;
    field(twin, "question").value = "";
    section.after(twin);
    counter.value = Number(counter.value) + 1;
    number(twin.parentElement);
    changed();
    field(twin, "fact").focus();
  };

  const told = (row) => {
    const rows = [...row.parentElement.children];
    const text = form.dataset.moved.replace("{n}", rows.indexOf(row) + 1).replace("{of}", rows.length);
    form.querySelector("[data-spoken]").textContent = text;
  };

  const step = (row, by) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) {
      return;
    }
    const held = document.activeElement;
    if (by < 0) {
      other.before(row);
    } else {
      other.after(row);
    }
    held?.focus();
    row.scrollIntoView({ block: "nearest" });
    moved(row);
  };

  const moved = (row) => {
    number(row.parentElement);
    told(row);
    changed();
  };

  // Dragging by the handle, with mouse, pen or finger.
  const drag = (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button !== 0) {
      return;
    }
    event.preventDefault();
    handle.focus();
    const row = handle.closest("[data-row]");
    const before = [...row.parentElement.children].indexOf(row);
    const over = new AbortController();
    row.classList.add("is-held");
    const follow = ({ clientY }) => {
      const above = row.previousElementSibling?.getBoundingClientRect();
      const below = row.nextElementSibling?.getBoundingClientRect();
      if (above && clientY < above.top + above.height / 2) {
        row.previousElementSibling.before(row);
      } else if (below && clientY > below.top + below.height / 2) {
        row.nextElementSibling.after(row);
      }
    };
    const drop = () => {
      over.abort();
      row.classList.remove("is-held");
      if ([...row.parentElement.children].indexOf(row) !== before) {
        moved(row);
      }
    };
    // On the document: moving the row lets go of a pointer that the handle had captured.
    document.addEventListener("pointermove", follow, { signal: over.signal });
    document.addEventListener("pointerup", drop, { signal: over.signal });
    document.addEventListener("pointercancel", drop, { signal: over.signal });
  };

  const item = (text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  };

  // Each problem beside its place: a list that waits there, or below the input it is about.
  const mark = (places) => {
    form.querySelectorAll("ul.errorlist:not(.sheet-faults)").forEach((list) => list.remove());
    form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    for (const list of form.querySelectorAll("[data-faults]")) {
      const texts = places[list.dataset.faults] ?? [];
      list.hidden = !texts.length;
      list.replaceChildren(...texts.map(item));
    }
    for (const [place, texts] of Object.entries(places)) {
      const input = form.querySelector(`[name="${place}"]`);
      if (!input || (input.value === "" && !touched.has(input))) {
        continue;
      }
      const list = document.createElement("ul");
      list.className = "errorlist";
      list.append(...texts.map(item));
      input.setAttribute("aria-invalid", "true");
      input.after(list);
    }
  };

  let timer;
  let asking;
  const check = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.check, {
        method: "POST",
        body: new FormData(form),
        signal: asking.signal,
        headers: { Accept: "application/json" },
      });
      const said = answer.ok && !answer.redirected ? await answer.json() : null;
      unchecked.hidden = said !== null;
      if (said) {
        summary.innerHTML = said.summary;
        notice.innerHTML = said.notice;
        mark(said.places);
      } else {
        unchecked.textContent = form.dataset.unchecked;
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        unchecked.hidden = false;
        unchecked.textContent = form.dataset.unchecked;
      }
    }
  };

  const refresh = () => {
    for (const row of form.querySelectorAll("[data-row]")) {
      row.classList.toggle("is-gone", gone(row));
    }
    form.querySelectorAll("[data-criterion]").forEach(show);
  };

  const changed = () => {
    dirty = true;
    refresh();
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.add) {
      add(button.dataset.add);
    } else if (button && "copy" in button.dataset) {
      copy(button.closest("[data-criterion]"));
    } else if (button?.dataset.step) {
      step(button.closest("[data-row]"), Number(button.dataset.step));
    }
  });
  form.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by && event.target.closest("[data-handle]")) {
      event.preventDefault();
      step(event.target.closest("[data-row]"), by);
    }
  });
  form.addEventListener("pointerdown", drag);
  form.addEventListener("input", (event) => {
    touched.add(event.target);
    changed();
  });
  form.addEventListener("change", (event) => {
    touched.add(event.target);
    if (event.target.matches("[data-source]")) {
      sourced(event.target.closest("[data-criterion]"));
      changed();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (event.target.matches("input, select") && !touched.has(event.target)) {
      touched.add(event.target);
      if (dirty) {
        changed();
      }
    }
  });
  form.addEventListener("submit", () => {
    dirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) {
      event.preventDefault();
    }
  });

  form.classList.add("is-live");
  // What was sent and came back is still to be saved.
  dirty = form.querySelector(".errornote") !== null || notice.childElementCount > 0;
  form.querySelectorAll("[data-criterion]").forEach((section) => number(rowsOf(`${section.dataset.criterion}-options`)));
  number(rowsOf("criteria"));
  refresh();
})();
