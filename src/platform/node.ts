/** The Node implementation of the platform interface. */
export {};
