/** What a room says in words and tables, without its controls: text and structure of its panels, nothing else. */

/** Elements that are kept; of all others the content is, unless they are left out. */
const KEPT = new Set(
  "H2,H3,H4,P,UL,OL,LI,DL,DT,DD,TABLE,CAPTION,THEAD,TBODY,TR,TH,TD,STRONG,EM,CODE,PRE,SUB,SUP".split(","),
);
/** What is asked rather than said, figures (kept by themselves), and what is hidden. */
const LEFT_OUT =
  "button,input,select,textarea,label,progress,canvas,svg,figure,script,style,form,fieldset,output,[hidden],[aria-hidden=true]";
/** Panels that ask. */
const ASKING = ".controls,.builder,.run-list";

/** The panels of a room as HTML, in their order. */
export function panelsOf(room: Element): readonly string[] {
  return [...room.querySelectorAll(".panel")]
    .filter((panel) => panel.closest(ASKING) === null && panel.closest("figure") === null)
    .filter((panel) => panel.parentElement?.closest(".panel") === null)
    .map((panel) => [...panel.childNodes].map(plain).join("").trim())
    .filter((html) => html !== "");
}

function plain(node: Node): string {
  if (node instanceof Text) return escapeHtml(node.data);
  if (!(node instanceof Element) || node.matches(LEFT_OUT)) return "";
  const inner = [...node.childNodes].map(plain).join("");
  const tag = node.tagName;
  const isGroup = tag === "DIV" && node.parentElement?.tagName === "DL";
  if (!isGroup && !KEPT.has(tag)) return inner;
  const isNumber = tag === "TD" && (node.classList.contains("number") || /^[-+\d.]/.test(inner));
  const name = tag.toLowerCase();
  return `<${name}${isNumber ? ' class="number"' : ""}${tag === "TH" ? scopeOf(node) : ""}>${inner}</${name}>`;
}

function scopeOf(cell: Element): string {
  const scope = cell.getAttribute("scope");
  return scope === "row" || scope === "col" ? ` scope="${scope}"` : "";
}

/** Escapes text for use between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
