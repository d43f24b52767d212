/* The scoring sheet in Django admin: add rows, take rows away, keep the totals and the columns of each criterion right. */
"use strict";

(() => {
  const form = document.querySelector("form[data-sheet]");
  if (!form) {
    return;
  }
  // Rows with nothing in them are marked by the server's blank number.
  const BLANK = "__prefix__";

  const total = (prefix) => form.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);

  const add = (prefix) => {
    const counter = total(prefix);
    const blank = document.querySelector(`template[data-blank="${prefix}"]`);
    const rows = form.querySelector(`[data-rows="${prefix}"]`);
    const number = counter.value;
    const table = rows.tagName === "TBODY";
    const holder = document.createElement("template");
    // Only this level's blank is filled in: "criteria-__prefix__-options-__prefix__" keeps its second one.
    holder.innerHTML = blank.innerHTML.replaceAll(`${prefix}-${BLANK}`, `${prefix}-${number}`);
    const row = holder.content.querySelector(table ? "tr" : "section");
    rows.append(row);
    counter.value = Number(number) + 1;
    if (!table) {
      add(`${prefix}-${number}-options`);
    }
    refresh();
    row.querySelector("input:not([type=hidden]), select")?.focus();
  };

  const gone = (row) => row.querySelector("input[name$='-DELETE']")?.checked ?? false;

  const columns = (section) => {
    const fact = section.querySelector("select[data-kinds]");
    const kind = JSON.parse(fact.dataset.kinds)[fact.value];
    section.classList.toggle("is-choice", kind === "choice");
    section.classList.toggle("is-band", kind !== "choice");
    const word = fact.selectedOptions[0]?.text;
    // Rows of the server offer the answers of their own fact; new rows offer all, grouped by fact.
    for (const group of section.querySelectorAll(".sheet-choice optgroup")) {
      group.hidden = group.disabled = group.label !== word;
    }
  };

  const refresh = () => {
    let highest = 0;
    let lowest = 0;
    for (const row of form.querySelectorAll("[data-row]")) {
      row.classList.toggle("is-gone", gone(row));
    }
    for (const section of form.querySelectorAll("[data-criterion]")) {
      columns(section);
      if (section.classList.contains("is-gone")) {
        continue;
      }
      const points = [...section.querySelectorAll("tr[data-row]:not(.is-gone) .sheet-points input")]
        .filter((input) => input.value !== "")
        .map((input) => Number(input.value));
      if (points.length) {
        highest += Math.max(...points);
        lowest += Math.min(...points);
      }
    }
    document.querySelector("[data-highest]").value = highest;
    document.querySelector("[data-lowest]").value = lowest;
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (button) {
      add(button.dataset.add);
    }
  });
  form.addEventListener("input", refresh);
  refresh();
})();
