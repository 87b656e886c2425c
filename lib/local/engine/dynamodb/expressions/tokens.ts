/** A word, a placeholder, a whole number or a sign of an expression. */
export interface Token {
  readonly text: string;
  /** Where it starts in the expression. */
  readonly at: number;
}

const TOKEN = /\s*(<>|<=|>=|[=<>(),+\-.[\]]|[#:]?[A-Za-z0-9_]+)/y;

/** @returns the tokens, and the first character that starts none */
export function tokenize(expression: string): { readonly tokens: readonly Token[]; readonly unreadable?: Token } {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(expression); match !== null; match = TOKEN.exec(expression)) {
    end = TOKEN.lastIndex;
    const text = match[1] ?? "";
    tokens.push({ text, at: end - text.length });
  }
  const at = end + (/^\s*/.exec(expression.slice(end))?.[0].length ?? 0);
  return at < expression.length ? { tokens, unreadable: { text: expression.charAt(at), at } } : { tokens };
}
