// A table wider than the page is scrolled by keyboard too.
for (const wide of document.querySelectorAll(".table-wrapper")) {
  if (wide.scrollWidth > wide.clientWidth) {
    wide.tabIndex = 0;
    wide.setAttribute("role", "region");
    wide.setAttribute("aria-label", "Table, to be scrolled");
  }
}

// Filters the rows of the matrix; without scripts all rows are shown.
(() => {
  const filter = document.getElementById("matrix-filter");
  if (!filter) return;
  const rows = [...document.querySelectorAll("#matrix-table tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const count = document.getElementById("matrix-count");
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      if (!row.hidden) shown += 1;
    });
    count.textContent = `${shown} of ${rows.length} rules`;
  };
  filter.addEventListener("input", apply);
  apply();
})();
