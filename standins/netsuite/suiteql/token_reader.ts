/** Walks over the tokens of a statement, one after another. */
import { type SuiteQLError, unsupported } from "./refuse.ts";
import { type Token, tokenize } from "./tokens.ts";

/** Base of the parsers: looking ahead, taking what is expected, refusing what is not. */
export abstract class TokenReader {
  private readonly tokens: Token[];
  private position = 0;

  constructor(text: string) {
    this.tokens = tokenize(text);
  }

  protected peek(ahead = 0): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]!;
  }
  protected next(): Token {
    const token = this.peek();
    this.skip(1);
    return token;
  }
  protected skip(count: number): void {
    this.position = Math.min(this.position + count, this.tokens.length - 1);
  }
  protected isWord(word: string): boolean {
    return this.peek().kind === "word" && this.peek().text === word;
  }
  protected accept(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.skip(1);
    return true;
  }
  protected expect(word: string): void {
    if (!this.accept(word)) throw this.unexpected(`expected ${word.toUpperCase()}`);
  }
  protected isSign(sign: string): boolean {
    return this.peek().kind === "sign" && this.peek().text === sign;
  }
  protected acceptSign(sign: string): boolean {
    if (!this.isSign(sign)) return false;
    this.skip(1);
    return true;
  }
  protected expectSign(sign: string): void {
    if (!this.acceptSign(sign)) throw this.unexpected(`expected "${sign}"`);
  }
  protected unexpected(why: string): SuiteQLError {
    const token = this.peek();
    return unsupported(`"${token.text}" at ${token.at}: ${why}`);
  }
  protected wholeNumber(): number {
    const token = this.next();
    if (token.kind !== "number" || !/^\d+$/.test(token.text)) {
      throw unsupported(`"${token.text}" at ${token.at}: a whole number should stand here`);
    }
    return Number(token.text);
  }
}
