// ü and 😀 before the fault
var unused = 1;
export function run(code) {
  let result = eval(code);
  if (result == null) return "😀"; var x = 1;
  return result;
}
