// The page's script: language and colours, and panels that tell the server what the reader does in them.
window.fashion = (() => {
  const ATTRIBUTES = ['aria-label', 'alt', 'placeholder'];
  const root = document.documentElement;
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } };

  // ---- language -------------------------------------------------------------------------------------------
  const asked = new URLSearchParams(location.search).get('lang');
  let speech = asked || stored('fashion-language') || (navigator.language.startsWith('zh') ? 'zh' : 'en');
  Object.defineProperty(navigator, 'language', { get: () => (speech === 'zh' ? 'zh-CN' : 'en'), configurable: true });

  function speak(language) {
    speech = language === 'zh' ? 'zh' : 'en';
    root.dataset.speech = speech;
    root.lang = speech === 'zh' ? 'zh-CN' : 'en';
    localize(document);
  }

  function localize(within) {
    for (const name of ATTRIBUTES) {
      for (const node of within.querySelectorAll(`[data-${speech}-${name}]`)) {
        const words = node.getAttribute(`data-${speech}-${name}`);
        if (node.getAttribute(name) !== words) node.setAttribute(name, words);
      }
    }
    for (const node of within.querySelectorAll('option[data-en]')) {
      const words = node.dataset[speech];
      if (node.textContent !== words) node.textContent = words;
    }
    for (const node of within.querySelectorAll('time[datetime]')) {
      const words = new Date(node.getAttribute('datetime')).toLocaleString(root.lang, { dateStyle: 'medium', timeStyle: 'short' });
      if (node.textContent !== words) node.textContent = words;
    }
  }

  // ---- header ---------------------------------------------------------------------------------------------
  function header(element) {
    const dark = stored('fashion-colours');
    if (dark) document.body.classList.toggle('dark', dark === 'dark');
    element.querySelector('[data-theme]').addEventListener('click', () => {
      store('fashion-colours', document.body.classList.toggle('dark') ? 'dark' : 'light');
    });
    element.querySelector('[data-language]').addEventListener('click', () => {
      speak(speech === 'zh' ? 'en' : 'zh');
      store('fashion-language', speech);
    });
    speak(speech);
    window.addEventListener('hashchange', turn);
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') enlarge(false); });
    turn();
  }

  // ---- one thing at a time: what the reader does next must build on the answer to what they did before ----
  // An answer names the turn it answers: what the server tells unasked, as on arrival, is not taken for it.
  function line(patience, mark) {
    let last = Promise.resolve();
    let turn = 0;
    let answered = () => {};
    const inTurn = (send) => {
      const before = last;
      last = (async () => {
        await before;
        const answer = new Promise((done) => { answered = done; setTimeout(done, patience); });
        mark(true);
        send(turn += 1);
        await answer;
        mark(false);
      })();
      return last;
    };
    const heard = (element) => {
      if (Number(element.querySelector('[data-turn]')?.dataset.turn) === turn) answered();
    };
    return { inTurn, heard };
  }
  const studio = line(30000, (on) => root.classList.toggle('asking', on));
  const catalogue = line(600000, (on) => document.getElementById('catalogue-panel').classList.toggle('busy', on));

  // ---- panels ---------------------------------------------------------------------------------------------
  function values(element) {
    const form = {};
    for (const input of element.querySelectorAll('[name]')) {
      if (input.type === 'checkbox') {
        form[input.name] ??= [];
        if (input.checked) form[input.name].push(input.value);
      } else if (input.type !== 'radio') form[input.name] = input.value;
      else if (input.checked) form[input.name] = input.value;
    }
    return form;
  }

  function settle(element) {
    for (const input of element.querySelectorAll('input, select')) {
      if (input.type === 'radio' || input.type === 'checkbox') input.checked = input.hasAttribute('checked');
      else if (input.tagName === 'SELECT') input.value = input.querySelector('[selected]')?.value ?? '';
      else if (input.type !== 'file' && input !== document.activeElement) input.value = input.getAttribute('value') ?? '';
    }
    localize(element);
    enlarge(root.classList.contains('large-preview'));
    for (const body of element.querySelectorAll('[data-body]')) draw(body);
    for (const slider of element.querySelectorAll('.slider')) tell(slider);
    for (const dialog of element.querySelectorAll('dialog[data-open]:not([open])')) {
      dialog.showModal();
      if (dialog.matches('.editor')) window.fashionEditor(dialog);
    }
  }

  const panels = {};

  function panel(element, act, upload, watch, clear) {
    const within = (names) => element.closest(names) !== null;
    const turns = within('#catalogue-panel') ? catalogue : within('#results-panel, #preview-panel, #runs-panel') ? null : studio;
    const ask = (data) => (turns ? turns.inTurn((turn) => act({ ...data, turn })) : act(data));
    panels[element.closest('[id$=-panel]')?.id] = ask;
    element.addEventListener('change', (event) => {
      const input = event.target;
      if (!input.name || input.closest('dialog')) return;
      const place = (input.name.match(/-(\d+)$/) || [])[1];
      ask({ do: 'change', field: input.name, place, form: values(element) });
    });
    element.addEventListener('input', (event) => {
      const slider = event.target.closest('.slider');
      if (slider) tell(slider);
      const body = event.target.closest('[data-body]');
      if (body) draw(body);
    });
    element.addEventListener('click', (event) => {
      const dialog = event.target.closest('dialog');
      if (dialog && event.target.closest('[data-close]')) return dialog.close();
      if (event.target.closest('[data-enlarge]')) return enlarge();
      if (event.target.closest('a[href^="#"]')) enlarge(false);
      const button = event.target.closest('[data-do]');
      if (!button) return;
      const other = panels[button.dataset.panel];
      (other ?? ask)({ ...button.dataset, form: values(element) });
      if (other) location.hash = 'catalogue';
    });
    element.addEventListener('mask', (event) => ask(event.detail));
    element.addEventListener('close', (event) => { if (event.target.matches('dialog')) clear(); }, true);
    for (const kind of ['dragover', 'dragleave', 'drop']) {
      element.addEventListener(kind, (event) => {
        const drop = event.target.closest?.('[data-drop]');
        if (!drop) return;
        event.preventDefault();
        drop.classList.toggle('over', kind === 'dragover');
        if (kind === 'drop') send([...event.dataTransfer.files], ask, upload, 'together' in drop.dataset);
      });
    }
    const renew = () => {
      settle(element);
      // The panel may be renewed while a file is being chosen; its old input still takes it.
      for (const input of element.querySelectorAll('input[type=file]')) input.onchange = () => receive(input, ask, upload);
    };
    watch('value', renew);
    renew();
    if (within('#order-panel')) watch('value', () => studio.heard(element));
    if (within('#catalogue-panel')) watch('value', () => catalogue.heard(element));
  }

  async function receive(input, ask, upload) {
    const files = [...input.files];
    input.value = '';
    await send(files, ask, upload, input.closest('[data-together]') !== null);
  }

  async function send(files, ask, upload, together) {
    root.classList.add('receiving');
    let arrived = [];
    let failed = '';
    for (const [place, file] of files.entries()) {
      try {
        const { path } = await upload(file);
        arrived.push({ path, name: file.name });
      } catch (error) {
        failed = `${file.name}: ${error?.message ?? error}`;
      }
      if (together && place < files.length - 1) continue;
      await ask({ do: 'uploaded', files: arrived, failed });
      [arrived, failed] = [[], ''];
    }
    root.classList.remove('receiving');
  }

  // ---- views: the studio, and the catalogue tab -----------------------------------------------------------
  function turn() {
    const view = location.hash === '#catalogue' ? 'catalogue' : 'studio';
    const busy = document.getElementById('catalogue-panel')?.classList.contains('busy');
    if (view === 'catalogue' && root.dataset.view !== view && !busy) panels['catalogue-panel']?.({ do: 'open' });
    root.dataset.view = view;
    for (const link of document.querySelectorAll('[data-view-link]')) {
      if (link.dataset.viewLink === view) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  // ---- the preview on a phone: small beside the button, or large -------------------------------------------
  function enlarge(wanted) {
    const large = root.classList.toggle('large-preview', wanted);
    for (const button of document.querySelectorAll('[data-enlarge]')) button.setAttribute('aria-expanded', large);
  }

  // ---- body -----------------------------------------------------------------------------------------------
  function tell(slider) {
    const output = slider.querySelector('output');
    if (output) output.textContent = slider.querySelector('input').value;
  }

  function draw(body) {
    const fits = JSON.parse(document.getElementById('silhouettes').textContent)[body.dataset.body];
    const size = ['height', 'bust', 'waist', 'hip'].map((name) => Number(body.querySelector(`input[name=${name}]`).value));
    const at = (row) => row[0] + row[1] * size[0] + row[2] * size[1] + row[3] * size[2] + row[4] * size[3];
    const points = fits.x.map((row, n) => `${at(row).toFixed(1)} ${(205 - at(fits.z[n])).toFixed(1)}`);
    body.querySelector('path').setAttribute('d', `M${points.join('L')}Z`);
  }

  root.dataset.speech = speech === 'zh' ? 'zh' : 'en';
  return { header, panel, speak };
})();
