// What must happen in the browser itself: ticking clocks, the clipboard, scrolling to a passage.
(() => {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
  // tablets' clocks are often wrong: time is counted from the server's clock
  const offset = Date.parse(meta("guanjia-now")) - Date.now();
  const zone = meta("guanjia-zone") || "Asia/Shanghai";
  const now = () => Date.now() + offset;
  const two = (value) => String(value).padStart(2, "0");

  const duration = (milliseconds) => {
    const total = Math.floor(Math.abs(milliseconds) / 1000);
    const [days, hours] = [Math.floor(total / 86400), Math.floor((total % 86400) / 3600)];
    const [minutes, seconds] = [Math.floor((total % 3600) / 60), total % 60];
    if (days) return `${days} 天 ${hours} 小时`;
    if (hours) return `${hours}:${two(minutes)}:${two(seconds)}`;
    return `${two(minutes)}:${two(seconds)}`;
  };

  class Countdown extends HTMLElement {
    static observedAttributes = ["due", "met"];
    connectedCallback() { this.setAttribute("role", "timer"); this.tick(); }
    attributeChangedCallback() { if (this.isConnected) this.tick(); }
    tick() {
      const due = Date.parse(this.getAttribute("due"));
      const met = this.getAttribute("met");
      if (met) return this.show(!due || Date.parse(met) <= due ? "按时" : "逾期完成",
        !due || Date.parse(met) <= due ? "met" : "met-late");
      if (!due) return this.show("—", "none");
      const left = due - now();
      if (left < 0) return this.show(`超时 ${duration(left)}`, "overdue");
      return this.show(duration(left), left < 5 * 60000 ? "soon" : "running");
    }
    show(text, state) {
      if (this.textContent !== text) this.textContent = text;
      if (this.dataset.state !== state) this.dataset.state = state;
      this.closest(".follows-clock")?.setAttribute("data-state", state);
    }
  }

  class Clock extends HTMLElement {
    connectedCallback() { this.tick(); }
    tick() {
      this.textContent = new Intl.DateTimeFormat("zh-CN", {
        timeZone: zone, month: "numeric", day: "numeric", weekday: "short",
        hour: "2-digit", minute: "2-digit", hourCycle: "h23",
      }).format(now());
    }
  }

  customElements.define("guanjia-countdown", Countdown);
  customElements.define("guanjia-clock", Clock);
  setInterval(() => {
    document.querySelectorAll("guanjia-countdown, guanjia-clock").forEach((each) => each.tick());
  }, 1000);

  // pages served without TLS inside the company have no navigator.clipboard
  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement("textarea"), { value: text });
    area.style.cssText = "position:fixed;opacity:0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("copy");
  };

  document.addEventListener("click", async (event) => {
    const source = event.target.closest("[data-copy]");
    if (!source) return;
    const label = source.querySelector(".block") || source;
    const before = source.dataset.label || (source.dataset.label = label.textContent);
    try {
      await copy(window.guanjia.toCopy(source));
      label.textContent = "已复制";
    } catch {
      label.textContent = "复制不了，请手动选取";
    }
    setTimeout(() => { label.textContent = before; }, 1600);
  });

  // one tip for the page, placed by hand so that no scrolling box cuts it off
  const tip = Object.assign(document.createElement("div"), { className: "tip", role: "tooltip" });
  const showTip = (event) => {
    const source = event.target.closest?.("[data-tip]");
    if (!source) return tip.remove();
    tip.textContent = source.dataset.tip;
    document.body.append(tip);
    const [at, size] = [source.getClientRects()[0], tip.getBoundingClientRect()];
    tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
    tip.style.top = `${at.top > size.height + 10 ? at.top - size.height - 6 : at.bottom + 6}px`;
  };
  for (const kind of ["mouseover", "focusin"]) document.addEventListener(kind, showTip);
  document.addEventListener("scroll", () => tip.remove(), true);

  // rows and cards that act as buttons answer to the keyboard like buttons
  document.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches('[role="button"]')) {
      event.preventDefault();
      event.target.click();
    }
  });

  window.guanjia = {
    // what a copy button stands for: its own text, or that of a field which people may edit
    toCopy(source) {
      const field = source.dataset.copyFrom && document.querySelector(source.dataset.copyFrom);
      return field ? field.value : source.dataset.copy;
    },
    showPassage(tries = 20) {
      // a panel over the page comes first
      const [panel, page] = [".reader #passage", "#passage"];
      const passage = document.querySelector(panel) || document.querySelector(page);
      if (passage) return passage.scrollIntoView({ block: "center" });
      if (tries) setTimeout(() => window.guanjia.showPassage(tries - 1), 50);
    },
  };
})();
