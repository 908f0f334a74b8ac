/* Copy a citation; where a browser does not let a page copy, the text is selected instead. */
(() => {
  function select(form) {
    const range = document.createRange();
    range.selectNodeContents(form);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  async function copy(form) {
    try {
      await navigator.clipboard.writeText(form.textContent);
      return "Copied";
    } catch {
      select(form);
      return "Selected: copy it with your browser";
    }
  }

  for (const form of document.querySelectorAll(".cite-form")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cite-copy";
    button.textContent = `Copy ${form.dataset.form}`;
    const said = document.createElement("span");
    said.className = "cite-said";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => { said.textContent = await copy(form); });
    form.after(button, said);
  }
})();
