export default [
  {
    files: ["**/*.js"],
    rules: { "no-eval": "error", "no-var": "warn", "no-unused-vars": "error", "eqeqeq": "error", "no-extra-semi": "error", "prefer-const": "error" },
  },
];
