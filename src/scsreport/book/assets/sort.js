/* Sort tables of exhibits by a click or a key on a heading; without it the table just stands. */
for (const table of document.querySelectorAll("table.exhibit-table")) {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const text = (row, n) => row.cells[n].textContent.trim();
  const number = (t) => parseFloat(t.replace(/[\u2212\u2013]/g, "-").replace(/[^\d.eE-]/g, ""));
  heads.forEach((head, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      const numeric = head.classList.contains("exhibit-number");
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [text(a, n), text(b, n)];
        if (!numeric) return down * x.localeCompare(y, "en", { numeric: true });
        const [p, q] = [number(x), number(y)];
        return isNaN(p) - isNaN(q) || down * (p - q) || 0; /* missing values last, either way */
      });
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
      body.append(...rows);
    });
  });
}
