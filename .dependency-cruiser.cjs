// The layer rules of docs/architecture.md: arrows point down only, no circles, folders are entered by their index.
const layers = [
  ["base"],
  ["numerics"],
  ["platform"],
  ["kernels"],
  ["engine"],
  ["data"],
  ["networks"],
  ["signal", "flow", "bayes", "probes", "solvable", "lattice", "continuation"],
  ["figures"],
  ["runs"],
  ["report"],
  ["cli"],
];
const upward = layers.flatMap((names, level) => {
  const above = layers.slice(level + 1).flat();
  if (above.length === 0) return [];
  return names.map((name) => ({
    name: `${name}-imports-nothing-above`,
    severity: "error",
    from: { path: `^src/${name}/` },
    to: { path: `^src/(${above.join("|")})/` },
  }));
});
module.exports = {
  forbidden: [
    ...upward,
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "enter-a-folder-by-its-index",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: {
        path: "^src/[^/]+/.+",
        pathNot: ["^src/$1/", "/index\\.ts$", "^src/platform/(node|browser)\\.ts$"],
      },
    },
    {
      name: "numerics-stays-pure",
      comment: "numerics depends on nothing but special functions and an FFT",
      severity: "error",
      from: { path: "^src/numerics/" },
      to: { dependencyTypes: ["npm", "core"], pathNot: ["@stdlib/", "fft\\.js"] },
    },
    {
      name: "node-only-in-platform-and-shell",
      comment: "everything below runs/ works unchanged in the browser",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(platform|runs|report|cli)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "library-knows-no-page",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^lab/" },
    },
    {
      name: "rooms-stand-alone",
      comment: "a room uses the lab's core and the library; only stories look into other rooms",
      severity: "error",
      from: { path: "^lab/src/rooms/([^/]+)/", pathNot: "^lab/src/rooms/stories/" },
      to: { path: "^lab/src/rooms/[^/]+/", pathNot: "^lab/src/rooms/$1/" },
    },
    {
      name: "core-knows-no-room",
      severity: "error",
      from: {
        path: "^lab/src/(state|jobs|plot|figure|controls|data|files|standalone|sessions|[^/]+\\.tsx?$)",
        pathNot: "^lab/src/main\\.tsx$",
      },
      to: { path: "^lab/src/(shell|rooms)/" },
    },
    {
      name: "not-to-tests",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|scripts)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "src/(kernels/assembly|(kernels|numerics|engine)/generated)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      conditionNames: ["source", "import", "node", "default"],
      exportsFields: ["exports"],
    },
  },
};
