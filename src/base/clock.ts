/** Gives the current time; handed in so that tests can hold or move it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
