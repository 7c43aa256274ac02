/** Where the local mesh keeps everything, unless `--state` says otherwise. Alone here because help needs it, and loads nothing. */
export const STATE = ".hoox";
