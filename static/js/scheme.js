/* A scheme in Django admin: shows what its measure needs, samples of colours, and fills in the bands of a preset. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const preset = document.querySelector(".scheme-preset");
  if (!preset) {
    return;
  }
  const presets = JSON.parse(preset.dataset.presets);
  const select = preset.querySelector("select");
  const measure = document.getElementById("id_measure");
  const bands = document.getElementById("bands-group");
  const value = (id, given) => {
    const input = document.getElementById(id);
    if (input) {
      input.value = given ?? "";
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const show = () => {
    const chosen = measure?.value || preset.dataset.measure;
    for (const part of document.querySelectorAll(".only-sheet, .only-quadrant")) {
      part.hidden = !part.classList.contains(`only-${chosen}`);
    }
    const fitting = presets.filter((one) => one.measures.includes(chosen));
    select.replaceChildren(...fitting.map((one) => new Option(one.name, one.code)));
    preset.hidden = !bands || !fitting.length;
    if (bands) {
      bands.hidden = chosen === "sheet";
    }
  };

  const rows = () => [...bands.querySelectorAll("tr.form-row:not(.empty-form)")];

  const fill = () => {
    const chosen = presets.find((one) => one.code === select.value);
    while (rows().length < chosen.bands.length) {
      bands.querySelector(".add-row a").click();
    }
    rows().forEach((row, at) => {
      const band = chosen.bands[at];
      const away = row.querySelector("input[name$='-DELETE']");
      if (!band && !away) {
        row.querySelectorAll("input:not([type=hidden]), select").forEach((input) => {
          input.value = "";
        });
        return;
      }
      if (away) {
        away.checked = !band;
      }
      for (const [name, given] of Object.entries(band ?? {})) {
        const input = row.querySelector(`[name$='-${name}']`);
        input.value = given ?? "";
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    for (const [name, given] of Object.entries(chosen.settings)) {
      value(`id_${name}`, given);
    }
  };

  document.addEventListener("change", (event) => {
    const sample = event.target.closest?.(".band-tone")?.querySelector(".band-swatch");
    if (sample) {
      sample.dataset.tone = event.target.value;
    }
  });
  measure?.addEventListener("change", show);
  preset.querySelector("button").addEventListener("click", fill);
  show();
});
