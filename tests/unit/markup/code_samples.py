"""Pieces of code in many languages, with what makes lexers stumble: long strings, comments, nested states."""

from __future__ import annotations

SAMPLES = {
    "python": '''"""A module's docstring
over two lines."""
import os
from typing import Any

@decorator(1, name="x")
class Thing(Base):
    """Docs."""

    async def run(self, n: int = 0x1F) -> dict[str, Any]:
        text = f"{n!r:>10} and {self.name}"
        return {"a": [i ** 2 for i in range(n) if i % 2], 'b': None}
''',
    "javascript": """/* A comment
 * over lines */
import { a } from "b";
const f = async (x) => `tem${x}plate
over lines`;
class A extends B { get c() { return /re[/]gex/g.test(this.d) ? 1.5e3 : null; } }
// end
export default f;
let y = x / 2 / z;
""",
    "typescript": """interface A<T extends object> { readonly b?: string; c(d: number): Promise<T>; }
type E = A<{}> | undefined;
enum F { G = 1, H }
/** Docs
 * more */
export const i: E = { j: (k as unknown) as string };
function l<M>(n: M[]): n is M[] { return n!.length > 0; }
let o = `p${q}r`;
abstract class S implements T { private u = 1; }
""",
    "c": """#include <stdio.h>
#define MAX(a, b) ((a) > (b) ? \\
                   (a) : (b))
/* A comment
   over lines. */
static uint32_t table[] = { 0x1, 'a', 1.0f };
int main(int argc, char **argv) {
    for (size_t i = 0; i < 10; i++) { printf("%d\\n", MAX(i, 1)); } // end
    return 0;
}
""",
    "cpp": """#include <vector>
template <typename T> class A : public B<T> {
public:
    explicit A(const std::string &s) : s_{s} {}
    auto f() const -> std::vector<T> { return {}; }
private:
    std::string s_ = R"(raw "string")";
};
/* c */ namespace d { using E = A<int>; }
""",
    "java": """package a.b;
import java.util.List;
/** Docs
 *  more. */
public final class C<T> extends D implements E {
    @Override public String toString() { return "f" + 'g' + 1L; }
    private static final int H = 0b101;
    void i() throws J { for (T k : l) { if (!m) continue; } }
}
""",
    "go": """package main

import "fmt"

// T is a type.
type T struct { a int `json:"a"` }
func (t *T) F(x ...string) (err error) {
	defer func() { recover() }()
	s := `raw
string`
	go fmt.Println(s, 'r', 1.5, x[0])
	return nil
}
""",
    "rust": """use std::io::{self, Read};
/* outer /* nested */ still */
#[derive(Debug)]
struct A<'a> { b: &'a str }
impl<'a> A<'a> {
    fn c(&mut self) -> Result<u8, io::Error> { let d = r#"raw"#; Ok(0xff_u8) }
}
macro_rules! e { ($f:expr) => { println!("{}", $f) }; }
// end
""",
    "bash": """#!/bin/bash
set -euo pipefail
for f in *.txt; do
  echo "File: ${f%.txt} $(wc -l < "$f")" | tee -a log
done
cat <<EOF
here $HOME
EOF
if [[ -n "$x" && $y -gt 3 ]]; then exit 1; fi # end
""",
    "sql": """-- A comment
SELECT a.id, COUNT(*) AS n, 'it''s' FROM users a
LEFT JOIN b ON a.id = b.a_id /* more
over lines */ WHERE a.x > 10.5 AND b.y IS NOT NULL
GROUP BY 1 HAVING n > 2 ORDER BY n DESC LIMIT 10;
CREATE TABLE t (id INTEGER PRIMARY KEY, "name" VARCHAR(20));
INSERT INTO t VALUES (1, 'x');
UPDATE t SET name = NULL;
""",
    "html": """<!DOCTYPE html>
<!-- A comment
over lines -->
<html><head><style>
a { color: red; }
</style></head>
<body class="x" id=y>&amp; text
<script>let a = "<b>"; // c
</script></body></html>
""",
    "css": """/* A comment
over lines */
@media (max-width: 10px) {
  a:hover > .b#c[d="e"]::before { color: #fff; margin: -1.5em auto !important; }
}
:root { --x: calc(1px + 2%); }
@import url("f.css");
h1, h2 { font: 12px/1.5 "G", serif; }
""",
    "toml": """# A comment
[tool.x]
name = "y"
list = [1, 2.5, true]
date = 2024-01-01
text = \"\"\"
over lines
\"\"\"
[[a.b]]
c = 'd'
""",
}
