/** The public vocabulary of the SDK. Times are `Date`s, durations are seconds unless the name says otherwise. */
export * from "./types/account";
export * from "./types/applications";
export * from "./types/capture";
export * from "./types/guidance";
export * from "./types/options";
export * from "./types/policy";
export * from "./types/product";
export * from "./types/session";
