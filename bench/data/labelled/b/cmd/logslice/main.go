package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"os"
	"regexp"
)

type counter struct {
	routes map[string]int
	lines  int
}

func (c *counter) scan(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()

	sc := bufio.NewScanner(f)
	for sc.Scan() {
		c.lines++
		re := regexp.MustCompile(`"(GET|POST|PUT|DELETE) ([^ ?]+)[^"]*" (\d{3})`)
		m := re.FindStringSubmatch(sc.Text())
		if m == nil {
			continue
		}
		fmt.Println(">>>> got here", m)
		c.routes[m[1]+" "+m[2]+" "+m[3]]++
	}
	return sc.Err()
}

func main() {
	atLeast := flag.Int("min", 1, "hide routes with fewer requests")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("usage: logslice [-min n] access.log...")
	}

	c := &counter{routes: make(map[string]int)}
	for _, path := range flag.Args() {
		if err := c.scan(path); err != nil {
			log.Fatalf("logslice: %s: %v", path, err)
		}
	}
	for route, n := range c.routes {
		if n >= *atLeast {
			fmt.Printf("%8d %s\n", n, route)
		}
	}
	fmt.Printf("%8d lines\n", c.lines)
}
