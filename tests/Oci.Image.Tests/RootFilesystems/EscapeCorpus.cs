namespace Oci.Image.Tests.RootFilesystems;

/// <summary>Ways to reach out of a root that tars, runtimes and registries have fallen for. The outside is <c>../outside</c>.</summary>
internal static class EscapeCorpus
{
    /// <summary>Each with its name; given the full path of the outside, each makes its layers, the lowest first.</summary>
    public static IReadOnlyDictionary<string, Func<string, LayerBytes[]>> Cases { get; } = new Dictionary<string, Func<string, LayerBytes[]>>
    {
        ["absolute link, file through it"] = o => [L.SymbolicLink("l", o).File("l/secret", "x").File("l/dir/new", "x").Directory("l/made")],
        ["relative link, file through it"] = _ => [L.SymbolicLink("a/l", "../../outside").File("a/l/secret", "x").File("a/l/dir/new", "x")],
        ["link of many steps up"] = _ => [L.SymbolicLink("a/b/l", "../../../../../../../../../../../../outside").File("a/b/l/secret", "x")],
        ["link to a link outside"] = o => [L.SymbolicLink("m", o).SymbolicLink("l", "m/dir").File("l/file", "x").SymbolicLink("m/dir", "x")],
        ["file over a link"] = o => [L.SymbolicLink("l", o + "/secret").File("l", "x", "0004777")],
        ["file over a link, one layer up"] = o => [L.SymbolicLink("l", o + "/secret"), L.File("l", "x")],
        ["file over a link to nothing"] = o => [L.SymbolicLink("l", o + "/created").File("l", "x")],
        ["directory over a link"] = o => [L.SymbolicLink("l", o), L.Directory("l", "0000777").File("l/secret", "x").File("l/.wh.dir")],
        ["directory with attributes over a link"] = o => [L.SymbolicLink("l", o).Pax(("SCHILY.xattr.user.mark", "x")).Directory("l", "0001777")],
        ["links replaced by links"] = o => [L.SymbolicLink("l", o).SymbolicLink("l", "../outside").SymbolicLink("l/secret", "x")],
        ["parent becomes a link"] = o => [L.File("d/first").SymbolicLink("d", o).File("d/secret", "x")],
        ["parent becomes a link, one layer up"] = o => [L.File("d/secret", "mine"), L.SymbolicLink("d", o), L.File("d/secret", "x").File("d/.wh.dir")],
        ["parent becomes a link between its children"] = o => [L.Directory("d").File("d/a").File("d/b"), L.File("d/c").SymbolicLink("d", o).File("d/dir/file", "x").File("d/c")],
        ["grandparent becomes a link"] = o => [L.File("a/b/c/first").SymbolicLink("a", o).File("a/b/c/second", "x").File("a/dir/file", "x")],
        ["mode and owner through a link"] = o => [L.Add("l", '2', "0004777", link: o + "/secret", owner: "0001750")],
        ["attributes on a link"] = o => [L.Pax(("SCHILY.xattr.user.mark", "x"), ("SCHILY.xattr.trusted.mark", "x"), ("SCHILY.xattr.security.mark", "x")).SymbolicLink("l", o + "/secret")],
        ["hardlink outside"] = _ => [L.HardLink("h", "../outside/secret").File("h", "x")],
        ["hardlink by an absolute name"] = o => [L.HardLink("h", o + "/secret").File("h", "x")],
        ["hardlink through a link"] = o => [L.SymbolicLink("l", o).HardLink("h", "l/secret").File("h", "x")],
        ["hardlink through a parent that becomes a link"] = o => [L.File("d/secret").SymbolicLink("d", o).HardLink("h", "d/secret")],
        ["hardlink to a link, then over it"] = o => [L.SymbolicLink("l", o + "/secret").HardLink("h", "l").File("h", "x", "0004777").HardLink("l", "h")],
        ["hardlink to a link, then below it"] = o => [L.SymbolicLink("l", o).HardLink("h", "l").File("h/secret", "x")],
        ["hardlink to a directory"] = _ => [L.Directory("d").HardLink("h", "d").File("h/x")],
        ["hardlink to itself"] = _ => [L.File("f", "x").HardLink("f", "f").HardLink("f", "./f").HardLink("d/../f", "f")],
        ["root is a link"] = o => [L.SymbolicLink("./", o).File("secret", "x")],
        ["root is a link, by a dot"] = o => [L.SymbolicLink(".", o).File("secret", "x")],
        ["root is a link, by a slash"] = o => [L.SymbolicLink("/", o).File("secret", "x")],
        ["root is a hardlink"] = _ => [L.HardLink("./", "../outside").File("secret", "x")],
        ["root is a file"] = _ => [L.File("./.", "x").File("secret", "x")],
        ["root is a FIFO"] = _ => [L.Fifo(".//").File("secret", "x")],
        ["root is a device"] = _ => [L.Add("./", '3', "0000666").File("secret", "x")],
        ["root is whited out"] = _ => [L.File("f"), L.File(".wh..").File(".wh."), L.File("d/.wh..")],
        ["file over a device"] = _ => [L.Add("null", '3', "0000666", device: "0000001").File("null", "x").Add("disk", '4', "0000666", device: "0000007").HardLink("h", "disk").File("h", "x")],
        ["file over a FIFO"] = _ => [L.Fifo("p").File("p", "x").Fifo("d/p").HardLink("q", "d/p").File("q", "x")],
        ["names with .."] = _ => [L.File("../outside/secret", "x")],
        ["name that is .."] = _ => [L.Directory("..", "0000777")],
        ["name with .. inside"] = _ => [L.Directory("a").File("a/../../outside/secret", "x")],
        ["name with .. at its end"] = _ => [L.Directory("a/b").Directory("a/b/../..", "0000777")],
        ["long name with .."] = _ => [L.Pax(("path", "a/../../outside/secret")).File("innocent", "x")],
        ["sparse name with .."] = _ => [L.Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "../outside/secret"), ("GNU.sparse.realsize", "0")).Add("innocent", '0', "0000644", [(byte)'0', (byte)'\n', .. new byte[510]])],
        ["long link name with .."] = _ => [L.Pax(("linkpath", "../outside/secret")).HardLink("h", "innocent").File("h", "x")],
        ["absolute name"] = o => [L.File(o + "/secret", "x")],
        ["absolute name by two slashes"] = o => [L.File("/" + o + "/secret", "x")],
        ["name with NUL"] = _ => [L.File("secret\0/../../outside/secret", "x"), L.Pax(("path", "a\0/../../outside/secret")).File("b", "x")],
        ["names with backslashes"] = _ => [L.File("..\\..\\outside\\secret", "x").Directory("..\\outside").File("..\\outside/secret", "x").File("C:\\x", "x")],
        ["names that differ in case"] = o => [L.SymbolicLink("Link", o).Directory("link").File("link/secret", "x").File("LINK/secret", "x")],
        ["names that are alike to Unicode"] = o => [L.SymbolicLink("\u00c3\u00a9", o).Directory("e\u00cc\u0081").File("e\u00cc\u0081/secret", "x").File("\u00c3\u00a9\u00e2\u0080\u008d/secret", "x")],
        ["whiteout through a link"] = o => [L.SymbolicLink("l", o), L.File("l/.wh.secret").File("l/dir/.wh.file")],
        ["opaque whiteout through a link"] = o => [L.SymbolicLink("l", o), L.File("l/.wh..wh..opq").File("l/dir/.wh..wh..opq")],
        ["whiteout of a link"] = o => [L.SymbolicLink("d/l", o), L.File("d/.wh.l"), L.SymbolicLink("d/l", o), L.File(".wh.d")],
        ["whiteout of what is above"] = _ => [L.File("a/f"), L.File("a/.wh..."), L.File("a/.wh.../x")],
        ["whiteout after the directory became a link"] = o => [L.File("d/secret"), L.SymbolicLink("d", o).File("d/.wh.secret").File("d/.wh..wh..opq")],
        ["directory of links replaced"] = o => [L.SymbolicLink("d/a", o).SymbolicLink("d/s/b", "../../../outside").File("d/f"), L.File("d", "x")],
        ["chain of links"] = o => [Enumerable.Range(0, 60).Aggregate(L.SymbolicLink("l60", o), (layer, i) => layer.SymbolicLink($"l{i}", $"l{i + 1}")).File("l30/secret", "x").File("l0/secret", "x")],
        ["loop of links"] = _ => [L.SymbolicLink("a", "b").SymbolicLink("b", "a").File("a/x", "x")],
        ["links to the root"] = _ => [L.SymbolicLink("l", "/").File("l/l/l/l/f", "x").SymbolicLink("u", "..").File("u/u/u/g", "x").File("l/../../outside/secret", "x")],
        ["links that grow"] = _ => [L.SymbolicLink("l", "l/l/l/l/l/l").File("l/x"), L.Pax(("linkpath", string.Concat(Enumerable.Repeat("m/", 2000)))).SymbolicLink("m", "x").File("m/x")],
        ["magic links"] = o => [L.SymbolicLink("r", "/proc/self/root" + o).File("r/secret", "x").SymbolicLink("c", "/proc/self/cwd").File("c/x").SymbolicLink("f", "/proc/self/fd/3").File("f/x"),
            L.SymbolicLink("proc", "/proc").File("proc/self/root" + o + "/secret", "x")],
        ["link target that is no text"] = o => [L.SymbolicLink("l", o + "\u0001\u00ff").File("l/x").SymbolicLink("n", new string('n', 99)).File("n", "x")],
        ["link of a whiteout's name"] = o => [L.SymbolicLink(".wh.x", o), L.SymbolicLink("y", ".wh.x").File("y/secret", "x")],
    };

    private static LayerBytes L => new();

    /// <summary>Layers of links, files and whiteouts without sense, about names that often meet.</summary>
    public static LayerBytes[] MakeRandom(Random random, string outside)
    {
        string[] names = ["a", "a/b", "a/b/c", "b", "b/a", "b/c", "c", "a/a", "secret", "a/secret", "dir", "b/dir/file"];
        string[] targets = [outside, "../outside", "..", "/", ".", "a", "b", "../../outside", outside + "/secret", "a/b", "/a/b", "../b", "/proc/self/root" + outside, outside + "/dir", "c"];
        string Name() => names[random.Next(names.Length)];
        string WhiteoutOf(string name) => random.Next(4) == 0 ? $"{name}/.wh..wh..opq" : name.Insert(name.LastIndexOf('/') + 1, ".wh.");
        return [.. Enumerable.Range(0, random.Next(1, 4)).Select(index =>
        {
            var layer = new LayerBytes();
            for (int entries = random.Next(2, 20); entries > 0; entries--)
            {
                _ = random.Next(8) switch
                {
                    0 or 1 => layer.SymbolicLink(Name(), targets[random.Next(targets.Length)]),
                    2 => layer.Directory(Name(), "0000777"),
                    3 => layer.HardLink(Name(), Name()),
                    4 => layer.File(WhiteoutOf(Name())),
                    5 => layer.Fifo(Name()),
                    _ => layer.File(Name(), "x", "0000666"),
                };
            }
            return layer;
        })];
    }
}
