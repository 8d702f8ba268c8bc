/** What a person reads when something happens: what it is, and what they can do about it. */
export interface Words {
  readonly title: string;
  readonly text: string;
}
