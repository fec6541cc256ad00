// <fashion-models-studio src="LAUNCH URL"> shows the studio in a frame and passes its results on:
//   element.addEventListener("fashion-models:result", (event) => event.detail.outputs)
// The launch URL comes from POST /v1/launches, made on your server: it works once, for two minutes.
class FashionModelsStudio extends HTMLElement {
  static observedAttributes = ["src"];

  #frame = null;
  #origin = null;
  #listen = (event) => this.#receive(event);

  connectedCallback() {
    window.addEventListener("message", this.#listen);
    this.#show();
  }

  disconnectedCallback() {
    window.removeEventListener("message", this.#listen);
    this.#frame?.remove();
    this.#frame = null;
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#show();
  }

  #show() {
    this.#frame?.remove();
    this.#frame = null;
    const address = this.getAttribute("src");
    if (!address) return;
    this.#origin = new URL(address, document.baseURI).origin;
    const frame = document.createElement("iframe");
    frame.src = address;
    frame.title = this.getAttribute("title") || "fashion-models studio";
    frame.referrerPolicy = "no-referrer";
    frame.style.cssText = "border:0;width:100%;height:640px;display:block";
    this.#frame = frame;
    this.append(frame);
  }

  #receive(event) {
    const ours = event.source === this.#frame?.contentWindow && event.origin === this.#origin;
    const type = ours && typeof event.data === "object" && event.data ? event.data.type : null;
    if (type === "fashion-models:height") {
      this.#frame.style.height = `${Math.max(200, Math.min(4000, Number(event.data.height) || 640))}px`;
    } else if (type === "fashion-models:result" || type === "fashion-models:error") {
      this.dispatchEvent(new CustomEvent(type, { detail: event.data, bubbles: true, composed: true }));
    }
  }
}

customElements.define("fashion-models-studio", FashionModelsStudio);
