// The customer list: ticking rows, the bar of what can be done with them, a quick look, the order of columns.
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const bar = document.querySelector("[data-bulk]");

  function everybody() {
    const box = bar && bar.querySelector("[data-bulk-all]");
    return Boolean(box && box.checked);
  }

  function count() {
    if (!bar) return;
    const ticked = all("[data-select]:checked").length;
    bar.querySelector("[data-bulk-count]").textContent = everybody() ? "✓" : String(ticked);
    bar.classList.toggle("open", ticked > 0 || everybody());
    all("[data-select]").forEach((box) => {
      const row = box.closest("[data-row]");
      if (row) row.classList.toggle("row-selected", box.checked || everybody());
    });
    const whole = document.querySelector("[data-select-page]");
    if (whole) whole.checked = ticked > 0 && ticked === all("[data-select]").length;
  }

  // The heading of the boxes becomes the box for the whole page.
  function prepare() {
    const head = document.querySelector("#list th.cell-select");
    if (head && !head.querySelector("input")) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.className = "form-check-input";
      box.dataset.selectPage = "";
      box.setAttribute("aria-label", head.textContent.trim());
      head.replaceChildren(box);
    }
    count();
  }

  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-select]");
    if (box && event.shiftKey && last && last.isConnected) {
      const boxes = all("[data-select]");
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
      count();
    }
    if (box) last = box;
    if (event.target.closest("[data-bulk-clear]")) {
      all("[data-select], [data-bulk-all]").forEach((one) => { one.checked = false; });
      count();
    }
    const move = event.target.closest("[data-move]");
    if (move) {
      const row = move.closest("[data-column]");
      const other = move.dataset.move === "-1" ? row.previousElementSibling : row.nextElementSibling;
      if (other) { if (move.dataset.move === "-1") other.before(row); else other.after(row); move.focus(); }
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-page]")) {
      all("[data-select]").forEach((one) => { one.checked = event.target.checked; });
    }
    if (event.target.matches("[data-select], [data-select-page], [data-bulk-all]")) count();
  });
  document.body.addEventListener("htmx:afterSettle", prepare);
  prepare();

  // Columns are put in order by dragging, too.
  let dragged = null;
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest ? event.target.closest("[data-column]") : null;
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const over = dragged && event.target.closest ? event.target.closest("[data-column]") : null;
    if (!over || over === dragged) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged); else over.after(dragged);
  });
  document.addEventListener("dragend", () => { dragged = null; });

  // A quick look at the row in hand.
  const panel = document.querySelector("[data-look]");
  const typing = (element) => Boolean(element && element.closest && element.closest("input:not([type=checkbox]), textarea, select, .ts-wrapper"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel && (panel.classList.contains("show") || panel.classList.contains("showing"))) {
      // It may still be on its way in.
      window.setTimeout(() => (window.bootstrap || window.tabler.bootstrap).Offcanvas.getOrCreateInstance(panel).hide(), 350);
      return;
    }
    if (event.key !== "o" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector(".modal.show, dialog[open]")) return;
    const row = document.querySelector(".row-current[data-row]");
    const link = row && row.querySelector(".cell-title a[href]");
    if (!panel || !link || !window.htmx) return;
    event.preventDefault();
    window.htmx.ajax("GET", new URL(link.href).pathname + "look/", { target: "#look-body", swap: "innerHTML" }).then(() => {
      (window.bootstrap || window.tabler.bootstrap).Offcanvas.getOrCreateInstance(panel).show();
    });
  });

  // A file comes without a new page: the form can be sent again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-download]")) window.setTimeout(() => { delete form.dataset.sent; form.classList.remove("form-sent"); }, 1500);
  });
})();
