/* Scripts that are loaded when they are needed: code, and data, which comes as a script so that it
   loads from disk, too. */
window.scsreportLoading = (() => {
  /** @type {Record<string, Promise<void>>} */
  const loading = {};

  /**
   * Load a script once; after a failure the next call tries again.
   * @param {string} address
   * @returns {Promise<void>}
   */
  function loadScript(address) {
    return (loading[address] ??= new Promise((loaded, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => loaded();
      script.onerror = () => {
        delete loading[address];
        failed(new Error(`${address} did not load`));
      };
      document.head.append(script);
    }));
  }

  /**
   * Load a file of data.
   * @param {string} folder Where it lies.
   * @param {string} name Without ending.
   * @returns {Promise<any>} What it holds.
   */
  async function loadData(folder, name) {
    await loadScript(`${folder}/${name}.js`);
    return window.scsreportData[name];
  }

  return { loadData, loadScript };
})();
