// Toasts, search, shortcuts, row links, pickers, forms. Everything here is a comfort: without it every page still works.
(function () {
  "use strict";

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // On a phone the tab one is in may lie beside what is seen.
  all(".tabs [aria-current], .view-tabs .active").forEach((tab) => {
    const bar = tab.parentElement;
    const [outer, inner] = [bar.getBoundingClientRect(), tab.getBoundingClientRect()];
    if (bar.scrollWidth > bar.clientWidth) bar.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  });

  // ---- toasts ------------------------------------------------------------------------------------------------------

  const toasts = document.getElementById("toasts");
  const toastTemplate = document.getElementById("toast-template");

  function closeLater(toast) {
    const level = toast.dataset.level || "info";
    if (level === "error" || level === "danger") return;
    const stay = toast.querySelector(".crm-toast-undo:not([hidden])") ? 10000 : 6000;
    let timer = 0;
    const start = () => { timer = window.setTimeout(() => toast.remove(), stay); };
    const stop = () => window.clearTimeout(timer);
    toast.addEventListener("mouseenter", stop);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("mouseleave", start);
    toast.addEventListener("focusout", start);
    start();
  }

  function showToast(detail) {
    if (!toasts || !toastTemplate || !detail.message) return;
    const toast = toastTemplate.content.firstElementChild.cloneNode(true);
    toast.dataset.level = detail.level || "info";
    toast.querySelector(".crm-toast-text").textContent = detail.message;
    const form = toast.querySelector("form");
    const undo = detail.undo_url || "";
    if (undo.startsWith("/") && !undo.startsWith("//")) {
      form.action = undo;
      form.hidden = false;
      form.querySelector("[name=next]").value = window.location.pathname + window.location.search;
    } else {
      form.remove();
    }
    toasts.append(toast);
    while (toasts.children.length > 4) toasts.firstElementChild.remove();
    closeLater(toast);
  }

  if (toasts) {
    all(".crm-toast", toasts).forEach(closeLater);
    toasts.addEventListener("click", (event) => {
      if (event.target.closest("[data-toast-close]")) event.target.closest(".crm-toast").remove();
    });
  }
  document.body.addEventListener("toast", (event) => showToast(event.detail));

  // ---- htmx --------------------------------------------------------------------------------------------------------

  const text = (name) => (toasts ? toasts.dataset["text" + name] : "");

  document.body.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    const message = status === 403 ? text("Forbidden") : status === 404 ? text("Missing") : text("Error");
    showToast({ message: message, level: "error" });
  });
  document.body.addEventListener("htmx:sendError", () => showToast({ message: text("Offline"), level: "error" }));

  // A session that ended answers a part of a page with the sign-in page: go there instead of showing it inside.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const address = event.detail.xhr.responseURL;
    const login = document.body.dataset.login;
    if (address && login && new URL(address).pathname === login) {
      event.detail.shouldSwap = false;
      window.location.assign(login + "?next=" + encodeURIComponent(window.location.pathname + window.location.search));
    }
  });

  // Empty fields of a filter bar do not belong into the address.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.elt.closest("[data-tidy]")) return;
    const data = event.detail.formData;
    Array.from(data.keys()).forEach((key) => {
      const kept = data.getAll(key).filter((value) => value !== "");
      data.delete(key);
      kept.forEach((value) => data.append(key, value));
    });
    // A full phone or id number must not stand in an address: it goes by POST to the search, which leads to its customer.
    const search = document.querySelector("form[data-search]");
    const number = (data.get("q") || "").replace(/[\s\-+()]/g, "");
    if (search && /^\d{7,}[0-9A-Za-z]?$/.test(number)) {
      event.detail.verb = "post";
      event.detail.useUrlParams = false;
      event.detail.headers["Content-Type"] = "application/x-www-form-urlencoded";
      event.detail.path = search.getAttribute("action");
    }
  });

  // While a word is being composed (pinyin), its letters are not yet what the person means.
  window.addEventListener("input", (event) => {
    if (event.isComposing && event.target.closest && event.target.closest("[data-live]")) event.stopPropagation();
  }, true);
  window.addEventListener("compositionend", (event) => {
    if (event.target.closest && event.target.closest("[data-live]")) {
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // ---- search in the top bar ---------------------------------------------------------------------------------------

  const searchForm = document.querySelector("[data-search]");
  if (searchForm) {
    const input = searchForm.querySelector("input[type=search]");
    const list = searchForm.querySelector(".search-results");
    let active = -1;
    const options = () => all("[role=option]", list);
    const open = (yes) => {
      const show = yes && list.childElementCount > 0;
      list.hidden = !show;
      input.setAttribute("aria-expanded", show ? "true" : "false");
      if (!show) mark(-1);
    };
    const mark = (index) => {
      active = index;
      options().forEach((option, place) => {
        option.classList.toggle("active", place === index);
        option.setAttribute("aria-selected", place === index ? "true" : "false");
        if (place === index) {
          input.setAttribute("aria-activedescendant", option.id);
          option.scrollIntoView({ block: "nearest" });
        }
      });
      if (index < 0) input.removeAttribute("aria-activedescendant");
    };
    // Enter opens the one customer found, or all that were found; typed ahead of the answer, it waits for it.
    let waiting = false;
    const enter = () => {
      const found = options();
      const target = found.length === 1 ? found[0] : list.querySelector(".search-more") || found[0];
      waiting = false;
      if (target) target.click();
    };
    searchForm.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim() === "") return;
      if (list.hidden || searchForm.querySelector(".htmx-request")) {
        waiting = true;
        window.htmx.trigger(input, "search-now");
      } else enter();
    });
    list.addEventListener("htmx:afterSwap", () => {
      mark(-1);
      if (waiting && options().length) { enter(); return; }
      waiting = false;
      open(input.value.trim() !== "");
    });
    input.addEventListener("input", () => { if (input.value.trim() === "") open(false); });
    input.addEventListener("focus", () => { if (input.value.trim() !== "") open(true); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      const count = options().length;
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
        event.preventDefault();
        open(true);
        mark((active + (event.key === "ArrowDown" ? 1 : count - 1 + (active < 0 ? 1 : 0))) % count);
      } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
        event.preventDefault();
        options()[active].click();
      } else if (event.key === "Escape") {
        if (list.hidden) input.blur();
        open(false);
      }
    });
    document.addEventListener("click", (event) => { if (!searchForm.contains(event.target)) open(false); });
    searchForm.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !searchForm.contains(event.relatedTarget)) open(false);
    });
  }

  // ---- rows --------------------------------------------------------------------------------------------------------

  const interactive = "a, button, input, select, textarea, label, summary, details, form, [data-stay]";

  function openRow(row, newTab) {
    const link = row.querySelector("a[data-open], .cell-title a, a[href]");
    const address = row.dataset.href || (link && link.href);
    if (!address) return;
    if (newTab) window.open(address, "_blank", "noopener");
    else if (link && !row.dataset.href) link.click();
    else window.location.assign(address);
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || event.defaultPrevented || event.target.closest(interactive)) return;
    if (String(window.getSelection()) !== "") return;
    if (row.querySelector("a[data-open], .cell-title a") || row.dataset.href) openRow(row, event.ctrlKey || event.metaKey);
  });

  let current = null;
  let place = -1;
  const rows = () => all("[data-row]").filter((row) => row.offsetParent !== null);

  function step(by) {
    const list = rows();
    if (!list.length) return;
    const at = current ? list.indexOf(current) : -1;
    // A row that was done is gone; its place is taken by the next one.
    let next = at >= 0 ? at + by : place < 0 ? 0 : by > 0 ? place : place - 1;
    next = Math.max(0, Math.min(list.length - 1, next));
    if (current) current.classList.remove("row-current");
    current = list[next];
    place = next;
    current.classList.add("row-current");
    if (!current.hasAttribute("tabindex")) current.tabIndex = -1;
    current.focus({ preventScroll: true });
    current.scrollIntoView({ block: "nearest" });
  }

  function press(key) {
    if (current && !current.isConnected) {
      const list = rows();
      current = list[Math.min(place, list.length - 1)] || null;
      if (current) current.classList.add("row-current");
    }
    const inRow = current && current.querySelector('[data-key="' + key + '"]:not([disabled])');
    const onPage = all('[data-key="' + key + '"]:not([disabled])').find((element) => !element.closest("[data-row]"));
    const target = inRow || onPage;
    if (target) target.click();
    return Boolean(target);
  }

  // The row in hand was done and is gone: the next one takes its place, to be seen before the next key is pressed.
  document.addEventListener("htmx:afterSettle", () => {
    if (!current || current.isConnected || document.activeElement !== document.body) return;
    const list = rows();
    current = list[Math.min(place, list.length - 1)] || null;
    if (!current) return;
    current.classList.add("row-current");
    if (!current.hasAttribute("tabindex")) current.tabIndex = -1;
    current.focus({ preventScroll: true });
  });

  // ---- shortcuts ---------------------------------------------------------------------------------------------------

  const typing = (element) => Boolean(element && element.closest && element.closest("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=''], [contenteditable=true], .ts-wrapper"));
  let waitingForPlace = 0;

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest && event.target.closest("form[data-form]");
      if (form) form.requestSubmit();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && searchForm) {
      event.preventDefault();
      searchForm.querySelector("input[type=search]").focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector(".modal.show, .offcanvas.show")) return;
    let used = true;
    if (waitingForPlace && Date.now() - waitingForPlace < 1500 && (event.key === "t" || event.key === "c")) {
      const link = document.querySelector(event.key === "t" ? "[data-go=today]" : "[data-go=customers]");
      if (link) link.click();
      waitingForPlace = 0;
    } else if (event.key === "/") {
      const field = searchForm && searchForm.querySelector("input[type=search]");
      if (field) { field.focus(); field.select(); } else used = false;
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Enter" && current && event.target === current) openRow(current, false);
    else if (event.key === "g") waitingForPlace = Date.now();
    else if (event.key === "?") {
      const help = document.querySelector("[data-keys-help]");
      if (help) {
        const before = document.activeElement;
        help.click();
        // The box gives the focus to its button; whoever pressed a key goes on where they were.
        const box = document.querySelector(help.dataset.bsTarget);
        if (box) box.addEventListener("hidden.bs.modal", () => before.focus(), { once: true });
      }
    } else if ("dsenx".includes(event.key) && event.key.length === 1) used = press(event.key);
    else used = false;
    if (used) event.preventDefault();
  });

  // ---- pickers -----------------------------------------------------------------------------------------------------
  // <select data-pick> becomes a picker one can type in; data-pick-url asks the server (JSON: {"results": [{"id", "text"}]}).

  function makePicker(select) {
    if (select.tomselect || !window.TomSelect) return;
    const address = select.dataset.pickUrl;
    const settings = {
      maxOptions: 200,
      // Where the server is asked, the empty option is a hint, not a choice.
      allowEmptyOption: !select.multiple && !address,
      plugins: select.multiple ? ["remove_button"] : [],
      render: { no_results: null },
    };
    if (address) {
      Object.assign(settings, {
        valueField: "id",
        labelField: "text",
        searchField: [],
        score: () => () => 1,
        shouldLoad: (query) => query.length > 0,
        load: (query, done) => {
          // By POST: what is typed may be a name or a number, and neither may stand in an address.
          const headers = { Accept: "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) };
          fetch(address, { method: "POST", headers, body: new URLSearchParams({ q: query }), credentials: "same-origin" })
            .then((response) => (response.ok ? response.json() : { results: [] }))
            .then((data) => { picker.clearOptions(); done(data.results); })
            .catch(() => done());
        },
      });
    }
    const picker = new window.TomSelect(select, settings);
    // The original select stays in the page for the form; only the picker is for people.
    select.setAttribute("aria-hidden", "true");
    select.tabIndex = -1;
  }

  // ---- forms -------------------------------------------------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.classList.add("form-sent");
  });
  window.addEventListener("pageshow", () => {
    all("form[data-sent]").forEach((form) => { delete form.dataset.sent; form.classList.remove("form-sent"); });
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });

  function prepare(root) {
    all("select[data-pick]", root).forEach(makePicker);
    const focus = root.querySelector("[data-focus]");
    if (focus) focus.focus();
  }
  document.body.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) prepare(event.detail.elt); });
  prepare(document);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) navigator.clipboard.writeText(copy.dataset.copy);
  });
})();
