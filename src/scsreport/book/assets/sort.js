/* Sort tables of exhibits by a click or a key on a heading; without it the table just stands. */
const UNITS = { thousand: 1e3, million: 1e6, billion: 1e9 };
/* The number behind a cell; where there is none, the first one that it prints. */
const key = (cell) => {
  if (cell.dataset.sort !== undefined) return parseFloat(cell.dataset.sort);
  const text = cell.textContent.replace(/[\u2212\u2013]/g, "-").replace(/,(?=\d{3})/g, "");
  const [found, unit] = text.match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:\s*(thousand|million|billion))?/) ?? [];
  return parseFloat(found) * (UNITS[unit] ?? 1);
};
for (const table of document.querySelectorAll("table.exhibit-table")) {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const text = (row, n) => row.cells[n].textContent.trim();
  heads.forEach((head, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      const numeric = head.classList.contains("exhibit-number");
      const rows = [...body.rows].sort((a, b) => {
        if (!numeric) return down * text(a, n).localeCompare(text(b, n), "en", { numeric: true });
        const [p, q] = [key(a.cells[n]), key(b.cells[n])];
        return isNaN(p) - isNaN(q) || down * (p - q) || 0; /* missing values last, either way */
      });
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
      body.append(...rows);
    });
  });
}
