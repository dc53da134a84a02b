(() => {
  "use strict";
  const form = document.getElementById("filters");
  const findings = [...document.querySelectorAll(".finding")];
  if (!form || !findings.length) return;
  const shown = document.getElementById("shown");
  const apply = () => {
    const wanted = ["severity", "category", "path"].map((key) => [key, form.elements[key].value]);
    let count = 0;
    for (const finding of findings) {
      finding.hidden = wanted.some(([key, value]) => value !== "" && finding.dataset[key] !== value);
      if (!finding.hidden) count += 1;
    }
    for (const section of document.querySelectorAll("section.file")) {
      section.hidden = !section.querySelector(".finding:not([hidden])");
    }
    shown.textContent = `${count} of ${findings.length} shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
