// Painting a mask: brush, areas of one colour, undo; by mouse, finger or keyboard.
window.fashionEditor = async (dialog) => {
  const canvas = dialog.querySelector('canvas');
  const pen = canvas.getContext('2d');
  const load = (address) => new Promise((done) => { const image = new Image(); image.onload = () => done(image); image.src = address; });
  const [photo, found] = await Promise.all([load(dialog.dataset.photo), load(dialog.dataset.mask)]);
  const { width, height } = photo;
  canvas.width = width;
  canvas.height = height;
  const sheet = () => { const one = document.createElement('canvas'); one.width = width; one.height = height; return one; };

  const picture = sheet();
  const colours = picture.getContext('2d', { willReadFrequently: true });
  colours.drawImage(photo, 0, 0);
  const pixels = colours.getImageData(0, 0, width, height).data;

  // The mask is opaque on the garment and clear elsewhere.
  const mask = sheet();
  const brush = mask.getContext('2d', { willReadFrequently: true });
  brush.drawImage(found, 0, 0, width, height);
  const start = brush.getImageData(0, 0, width, height);
  for (let n = 0; n < start.data.length; n += 4) {
    start.data[n + 3] = start.data[n] > 127 ? 255 : 0;
    start.data[n] = start.data[n + 1] = start.data[n + 2] = 255;
  }
  brush.putImageData(start, 0, 0);

  const steps = [];
  const remember = () => { steps.push(brush.getImageData(0, 0, width, height)); if (steps.length > 20) steps.shift(); };
  const chosen = (name) => dialog.querySelector(`[name=${name}]:checked`).value;
  const radius = () => Number(dialog.querySelector('[name=brush]').value) * width / 700;
  let cursor = null;

  const veil = sheet();
  const edge = sheet();
  function show() {
    const over = veil.getContext('2d');
    over.globalCompositeOperation = 'source-over';
    over.clearRect(0, 0, width, height);
    over.fillStyle = 'rgba(33, 28, 23, 0.6)';
    over.fillRect(0, 0, width, height);
    over.globalCompositeOperation = 'destination-out';
    over.drawImage(mask, 0, 0);
    const line = edge.getContext('2d');
    line.globalCompositeOperation = 'source-over';
    line.clearRect(0, 0, width, height);
    for (const [x, y] of [[-2, 0], [2, 0], [0, -2], [0, 2], [-1.5, -1.5], [1.5, 1.5], [-1.5, 1.5], [1.5, -1.5]]) line.drawImage(mask, x, y);
    line.globalCompositeOperation = 'source-in';
    line.fillStyle = '#ffffff';
    line.fillRect(0, 0, width, height);
    line.globalCompositeOperation = 'destination-out';
    line.drawImage(mask, 0, 0);
    pen.drawImage(picture, 0, 0);
    pen.drawImage(veil, 0, 0);
    pen.drawImage(edge, 0, 0);
    if (cursor) {
      pen.strokeStyle = '#ffffff';
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(cursor.x, cursor.y, chosen('tool') === 'brush' ? radius() : 6, 0, 7);
      pen.stroke();
    }
  }

  function dab(from, to) {
    brush.globalCompositeOperation = chosen('paint') === 'add' ? 'source-over' : 'destination-out';
    brush.strokeStyle = '#fff';
    brush.lineCap = 'round';
    brush.lineWidth = 2 * radius();
    brush.beginPath();
    brush.moveTo(from.x, from.y);
    brush.lineTo(to.x + 0.01, to.y);
    brush.stroke();
    brush.globalCompositeOperation = 'source-over';
  }

  // Everything of about the clicked colour that hangs together there.
  function area(at) {
    const now = brush.getImageData(0, 0, width, height);
    const add = chosen('paint') === 'add';
    const seed = Math.round(at.y) * width + Math.round(at.x);
    const near = (n) => {
      let sum = 0;
      for (let c = 0; c < 3; c += 1) sum += (pixels[4 * n + c] - pixels[4 * seed + c]) ** 2;
      return sum < 38 ** 2;
    };
    const todo = [seed];
    const seen = new Uint8Array(width * height);
    seen[seed] = 1;
    while (todo.length) {
      const n = todo.pop();
      now.data.fill(255, 4 * n, 4 * n + 3);
      now.data[4 * n + 3] = add ? 255 : 0;
      const x = n % width;
      for (const next of [x > 0 ? n - 1 : -1, x < width - 1 ? n + 1 : -1, n - width, n + width]) {
        if (next >= 0 && next < seen.length && !seen[next] && near(next)) { seen[next] = 1; todo.push(next); }
      }
    }
    brush.putImageData(now, 0, 0);
  }

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const inside = (value, most) => Math.min(Math.max(value, 0), most - 1);
    return { x: inside((event.clientX - box.left) / box.width * width, width), y: inside((event.clientY - box.top) / box.height * height, height) };
  };
  function use(from, to) {
    if (chosen('tool') === 'brush') dab(from, to); else area(to);
    show();
  }
  let drawing = null;
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    remember();
    drawing = place(event);
    use(drawing, drawing);
  });
  canvas.addEventListener('pointermove', (event) => {
    cursor = place(event);
    if (drawing && chosen('tool') === 'brush') { dab(drawing, cursor); drawing = cursor; }
    show();
  });
  for (const kind of ['pointerup', 'pointercancel']) canvas.addEventListener(kind, () => { drawing = null; });
  canvas.addEventListener('keydown', (event) => {
    const far = event.shiftKey ? 40 : 10;
    const moves = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
    const from = cursor ?? { x: width / 2, y: height / 2 };
    if (event.key in moves) {
      const [x, y] = moves[event.key];
      cursor = { x: Math.min(Math.max(from.x + x, 0), width - 1), y: Math.min(Math.max(from.y + y, 0), height - 1) };
    } else if (event.key === ' ') { remember(); use(from, from); } else return;
    event.preventDefault();
    show();
  });
  dialog.querySelector('[data-undo]').addEventListener('click', () => { if (steps.length) { brush.putImageData(steps.pop(), 0, 0); show(); } });
  dialog.querySelector('[data-save]').addEventListener('click', () => {
    const result = sheet();
    const out = result.getContext('2d');
    out.fillRect(0, 0, width, height);
    out.drawImage(mask, 0, 0);
    const detail = { do: 'mask', place: dialog.dataset.place, mask: result.toDataURL('image/png') };
    dialog.dispatchEvent(new CustomEvent('mask', { bubbles: true, detail }));
    dialog.close();
  });
  show();
  dialog.dataset.ready = 'yes';
};
