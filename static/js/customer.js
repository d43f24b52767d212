// The customer page: the tab one is in, and a print that holds every panel.
(() => {
  "use strict";

  const waiting = () => [...document.querySelectorAll(".panel-lazy")].filter((body) => body.querySelector(".panel-fallback"));

  const fetchAll = () => {
    if (window.htmx) {
      waiting().forEach((body) => window.htmx.trigger(body, "revealed"));
    }
    document.querySelectorAll("details.file-section, details.fold").forEach((part) => { part.open = true; });
  };

  // A panel may bring panels of its own, so what has come is looked through again until nothing waits.
  const printAll = (until) => {
    fetchAll();
    if (waiting().length && Date.now() < until) {
      window.setTimeout(() => printAll(until), 200);
    } else {
      window.print();
    }
  };

  document.querySelectorAll("[data-print-all]").forEach((button) => {
    button.addEventListener("click", () => printAll(Date.now() + 10000));
  });
  window.addEventListener("beforeprint", fetchAll);

  const tabs = document.querySelector("[data-tabs]");
  if (!tabs || !("IntersectionObserver" in window)) {
    return;
  }
  const links = new Map([...tabs.querySelectorAll("a[href^='#']")].map((link) => [link.hash.slice(1), link]));
  const inSight = new Set();
  const mark = () => {
    const first = [...links.keys()].find((name) => inSight.has(name));
    links.forEach((link, name) => {
      if (name === first) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    });
  };
  const top = tabs.getBoundingClientRect().bottom;
  const observer = new IntersectionObserver((entries) => {
    entries.forEach((entry) => (entry.isIntersecting ? inSight.add(entry.target.id) : inSight.delete(entry.target.id)));
    mark();
  }, { rootMargin: `-${Math.max(0, Math.min(Math.round(top), 240))}px 0px -40% 0px` });
  links.forEach((link, name) => {
    const part = document.getElementById(name);
    if (part) {
      observer.observe(part);
    }
  });
})();
