package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
	"strings"
)

var (
	literal    = regexp.MustCompile(`'(?:[^']|'')*'|\b\d+\b`)
	whitespace = regexp.MustCompile(`\s+`)
)

func normalise(stmt string) string {
	stmt = literal.ReplaceAllString(stmt, "?")
	return strings.TrimSpace(whitespace.ReplaceAllString(stmt, " "))
}

func digest(in io.Reader, counts map[string]int) error {
	var stmt strings.Builder
	sc := bufio.NewScanner(in)
	for sc.Scan() {
		line := sc.Text()
		stmt.WriteString(line)
		stmt.WriteByte('\n')
		if strings.HasSuffix(strings.TrimSpace(line), ";") {
			counts[normalise(stmt.String())]++
			stmt.Reset()
		}
	}
	return sc.Err()
}

func main() {
	atLeast := flag.Int("min", 2, "hide statements seen less often")
	flag.Parse()

	counts := make(map[string]int)
	if err := digest(os.Stdin, counts); err != nil {
		log.Fatalf("sqldigest: %v", err)
	}

	out := bufio.NewWriter(os.Stdout)
	for stmt, n := range counts {
		if n >= *atLeast {
			fmt.Fprintf(out, "%8d %s\n", n, stmt)
		}
	}
	if err := out.Flush(); err != nil {
		log.Fatalf("sqldigest: %v", err)
	}
}
