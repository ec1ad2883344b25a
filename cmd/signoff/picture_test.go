package main

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// maxPicture keeps the documentation quick to read over a slow line.
const maxPicture = 80_000

// keep takes a picture of a part of the page for the documentation, if
// SIGNOFF_SCREENSHOTS names a folder.
func (v *visitor) keep(selector, name string) {
	v.t.Helper()
	dir := os.Getenv("SIGNOFF_SCREENSHOTS")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(v.ctx, 15*time.Second)
	defer cancel()
	// No cursor and no pointer: neither belongs to what is shown.
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.activeElement?.blur(), true`)); err != nil {
		v.t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.MouseEvent(chromedp.MouseMoved, 1270, 5)); err != nil {
		v.t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.ScrollIntoView(chromedp.CSS(selector))); err != nil {
		v.t.Fatal(err)
	}
	shot, err := chromedp.Run(ctx, chromedp.Screenshot(chromedp.CSS(selector)))
	if err != nil {
		v.t.Fatalf("picture %s: %v", name, err)
	}
	small := smaller(v.t, shot)
	if len(small) > maxPicture {
		v.t.Errorf("picture %s has %d bytes, want at most %d", name, len(small), maxPicture)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), small, 0o644); err != nil {
		v.t.Fatal(err)
	}
}

// smaller is a picture with the 256 colours that it uses most.
func smaller(t *testing.T, shot []byte) []byte {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	at := func(x, y int) color.RGBA {
		c, _ := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
		return c
	}
	count := map[color.RGBA]int{}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	used := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, c := range used[:min(256, len(used))] {
		palette = append(palette, c)
	}
	near := map[color.RGBA]uint8{}
	out := image.NewPaletted(b, palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := at(x, y)
			i, known := near[c]
			if !known {
				i = uint8(palette.Index(c))
				near[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, out); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// TestPicturesOfTheDocs: each picture stands in a page that says in words what it
// shows, and none is heavy or missing.
func TestPicturesOfTheDocs(t *testing.T) {
	t.Parallel()
	linked := map[string]bool{}
	link := regexp.MustCompile(`!\[([^]]*)\]\((?:docs/)?(pictures/[^)]+)\)`)
	for _, page := range []string{"../../README.md", "../../docs/slack-pictures.md"} {
		for _, m := range link.FindAllStringSubmatch(readFile(t, page), -1) {
			linked[filepath.Base(m[2])] = true
			if len(m[1]) < 20 {
				t.Errorf("%s: %s is described as %q only", page, m[2], m[1])
			}
		}
	}
	files, err := os.ReadDir("../../docs/pictures")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if !linked[f.Name()] || info.Size() > maxPicture {
			t.Errorf("%s: linked %v, %d bytes; want it linked, with at most %d", f.Name(), linked[f.Name()], info.Size(), maxPicture)
		}
		delete(linked, f.Name())
	}
	for name := range linked {
		t.Errorf("there is no picture %s", name)
	}
}
