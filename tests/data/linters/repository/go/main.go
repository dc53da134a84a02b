package main

import (
	"fmt"
	"math/rand"
	"os"
)

func main() {
	os.Remove("x")
	var unused = rand.Int()
	unused = 3
	fmt.Printf("%d\n", "text")
	if unused == unused {
		return
	}
}
