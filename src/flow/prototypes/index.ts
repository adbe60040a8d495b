export { type ChannelOptions, type ChannelView, reconstructChannels } from "./channel-views.ts";
export { type ClassPrototypes, type PrototypeOptions, reconstructPrototypes } from "./class-prototypes.ts";
