using System.Text;
using Oci.Image;
using Oci.Image.Layers;
using Oci.Image.LayerStores;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Running;

/// <summary>Root filesystems of shared layers: that a container sees what a plain unpack gives, and that nothing stays.</summary>
[Collection(ContainerCollection.Name)]
public sealed class OverlayRunTests
{
    // Without link counts, which overlayfs does not keep, and the times of directories, which an implied one has of its making.
    private const string List = """
        cd /data && busybox find . | busybox sort | while read f; do
            if test -L "$f"; then busybox stat -c '%n %F %Y' "$f"
            elif test -d "$f"; then busybox stat -c '%n %F %a %u:%g' "$f"
            else busybox stat -c '%n %F %a %u:%g %Y' "$f"; cat "$f"; echo
            fi
        done
        busybox stat -c 'root %a %u:%g' /
        """;

    // Each layer is entries; "d" directory, "f" file with its name as content, "l" hardlink to, "s" symbolic link to, "w" whiteout.
    [Theory]
    [InlineData("d data 755,f data/a,f data/b", "d data 755,w data/.wh.a")]
    [InlineData("d data 755,d data/sub 755,f data/sub/a,f data/sub/b", "d data 755,w data/.wh.sub")]
    [InlineData("d data 755,d data/sub 755,f data/sub/a", "d data 755,d data/sub 700,w data/sub/.wh..wh..opq,f data/sub/new")]
    [InlineData("d data 755,d data/sub 755,f data/sub/a", "d data 755,w data/sub/.wh..wh..opq,d data/sub 700,f data/sub/new")]
    [InlineData("d data 755,d data/sub 755,f data/sub/a", "d data 755,w data/.wh.sub,d data/sub 750,f data/sub/new")]
    [InlineData("d data 755,d data/sub 755,f data/sub/a", "d data 755,d data/sub 750,f data/sub/new,w data/.wh.sub")]
    [InlineData("d data 755,d data/sub 755,f data/sub/a", "d data 755,w data/.wh.sub,f data/sub/implied")]
    [InlineData("d data 711,d data/sub 700,f data/sub/a", "f data/sub/implied")]
    [InlineData("d data 755,d data/real 755,s data/link real", "f data/link/through")]
    [InlineData("d data 755,f data/a", "d data 755,l data/b data/a")]
    [InlineData("d data 755,f data/a", "d data 755,d data/a 755,f data/a/inside")]
    [InlineData("d data 755,d data/a 755,f data/a/inside", "d data 755,f data/a")]
    [InlineData("d data 755,f data/a,l data/b data/a", "d data 755,w data/.wh.a,f data/c")]
    [InlineData("d data 755,f data/a", "d data 755,w data/.wh.a", "d data 755,f data/a", "d . 711,d data 755,f data/z")]
    [InlineData("d data 755,f data/a", "w .wh.data,d data 755,f data/new")]
    [InlineData("d data 755,f data/a", "w .wh.data", "d data 755,f data/a")]
    public async Task RunAsync_WithLayers_SeesWhatAPlainUnpackGives(params string[] layers)
    {
        await using var host = new ContainerHost();
        OciImage image = await MakeAsync(layers);

        string plain = await RunAsync(host, image, null, List);
        string shared = await RunAsync(host, image, LayerStore.Open(host.Combine("layers")), List);

        Assert.Contains("root 7", plain);
        Assert.Equal(plain, shared);
    }

    [Fact]
    public async Task RunAsync_WithLayers_AContainerChangesNothingForTheNext()
    {
        await using var host = new ContainerHost();
        OciImage image = await MakeAsync(["d data 755,f data/a"]);
        LayerStore store = LayerStore.Open(host.Combine("layers"));

        Assert.Equal("x", await RunAsync(host, image, store, "busybox rm -r /data/a; echo -n x > /data/b; cat /data/b"));
        Assert.Equal("data/a", await RunAsync(host, image, store, "cat /data/*"));
    }

    [Fact]
    public async Task RunAsync_InMemory_WritesToNoDisk()
    {
        await using var host = new ContainerHost();
        OciImage image = await MakeAsync(["d data 755,f data/a"]);

        string output = await RunAsync(host, image, LayerStore.Open(host.Combine("layers")), "busybox rm /data/a; echo -n x > /data/b; echo /data/*; grep -c ' / / .* - tmpfs' /proc/self/mountinfo; :", inMemory: true);

        // The tmpfs below is not to be seen: its mount went with the host's root.
        Assert.Equal("/data/b\n0\n", output);
    }

    [Fact]
    public async Task RunAsync_OfAHundredLayers_Works()
    {
        await using var host = new ContainerHost();
        OciImage image = await MakeAsync(["d data 755", .. Enumerable.Range(0, 100).Select(i => $"d data 755,f data/{i}")]);

        Assert.Equal("100\n", await RunAsync(host, image, LayerStore.Open(host.Combine("layers")), "ls /data | wc -l"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public async Task RunAsync_StoreInAnOddPlace_Works(int length)
    {
        await using var host = new ContainerHost();
        OciImage image = await MakeAsync(["d data 755,f data/a"]);
        string odd = Path.Combine(host.Combine("a:b,c\\d"), Path.Combine([.. Enumerable.Repeat("long-name", length / 10)]));

        Assert.Equal("data/a", await RunAsync(host, image, LayerStore.Open(odd), "cat /data/a", work: odd + "-work"));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task CreateAsync_OverlayBundle_RunsAndExecs(bool inMemory, bool asOnOldKernels)
    {
        await using var host = new ContainerHost();
        OciImage image = await MakeAsync(["d data 755,f data/a", "d data 755,w data/.wh.a,f data/b"]);
        LayerStore store = LayerStore.Open(host.Combine("layers:1"));
        var options = new OverlayBundleOptions { Spec = new() { Base = ContainerHost.Spec("true"), Args = ["sleep", "1000"] }, RootInMemory = inMemory || !Environment.IsPrivilegedProcess, MaxMemory = 10_000_000 };
        await using OverlayBundle made = await OverlayBundle.CreateAsync(image, store, host.Combine("bundle2"), options);
        made.Bundle.Overlay!.UsesMountCall = asOnOldKernels;
        await using Container container = await host.Runtime.CreateAsync("overlay", made.Bundle, new() { Stdio = ContainerStdio.Null, KillOnDispose = true });
        await container.StartAsync();

        await using ContainerProcess process = await container.ExecAsync(new() { Args = ["sh", "-c", "echo /data/* $HOME"], Env = ["PATH=/bin"], Stdio = ContainerStdio.Pipes });
        Assert.Equal("/data/b /root\n", await new StreamReader(process.StandardOutput!).ReadToEndAsync());
        Assert.True((await process.WaitAsync()).IsSuccess);
        Assert.Empty(Directory.GetFileSystemEntries(made.Bundle.RootPath));
    }

    [Fact]
    public async Task Plan_OverlayBundle_ShowsEachLayer()
    {
        await using var host = new ContainerHost();
        OciImage image = await MakeAsync(["d data 755", "d data 755,f data/b"]);
        await using OverlayBundle made = await OverlayBundle.CreateAsync(image, LayerStore.Open(host.Combine("layers")), host.Combine("bundle2"), new() { Spec = new() { Args = ["true"] } });

        string plan = host.Runtime.Plan("overlay", made.Bundle).ToString();

        Assert.Equal(3, made.Lease.Directories.Count);
        Assert.All(made.Lease.Directories, d => Assert.Contains($"\"lowerdir+\", \"{d}\"", plan));
    }

    [Fact]
    public async Task RunAsync_KernelRefusesTheMount_CopiesAndSaysSo()
    {
        await using var host = new ContainerHost();
        // overlayfs takes 500 layers (OVL_MAX_STACK).
        OciImage image = await MakeAsync(["d data 755", .. Enumerable.Range(0, 500).Select(i => $"d data 755,f data/{i}")]);
        var warnings = new List<string>();
        using var output = new MemoryStream();
        RunOptions options = Options(host, output);
        options.OnWarning = warnings.Add;
        options.Layers = LayerStore.Open(host.Combine("layers"));

        Assert.True((await host.Runtime.RunAsync(image, ["cat", "/data/499"], options)).IsSuccess);

        Assert.Equal("data/499", Encoding.UTF8.GetString(output.ToArray()));
        Assert.Contains(warnings, w => w.Contains("copied and not shared", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(host.Combine("work")));
    }

    private static async Task<string> RunAsync(ContainerHost host, OciImage image, LayerStore? layers, string script, bool? inMemory = null, string? work = null)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        RunOptions options = Options(host, output);
        options.StandardError = error;
        options.Layers = layers;
        options.RootInMemory = inMemory;
        options.WorkDirectory = work ?? options.WorkDirectory;
        var warnings = new List<string>();
        options.OnWarning = warnings.Add;

        ExitStatus status = await host.Runtime.RunAsync(image, ["sh", "-c", script], options);

        Assert.True(status.IsSuccess, $"{status}: {Encoding.UTF8.GetString(error.ToArray())}");
        Assert.DoesNotContain(warnings, w => w.Contains("the kernel refused", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(options.WorkDirectory!));
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static RunOptions Options(ContainerHost host, Stream output) => new()
    {
        WorkDirectory = host.Combine("work"),
        StandardOutput = output,
        Configure = Cgroup,
    };

    private static RuntimeSpec Cgroup(RuntimeSpec spec) =>
        spec with { Linux = spec.Linux! with { CgroupsPath = ContainerHost.Spec("true").Linux!.CgroupsPath } };

    private static async Task<OciImage> MakeAsync(string[] layers) =>
        await TestImage.AddAsync(await TestImage.BusyBoxAsync("true"), [.. layers.Select(l => (Func<LayerWriter, Task>)(layer => WriteAsync(layer, l)))]);

    private static async Task WriteAsync(LayerWriter layer, string entries)
    {
        foreach (string[] entry in entries.Split(',').Select(e => e.Split(' ')))
        {
            byte[] name = Encoding.UTF8.GetBytes(entry[1]);
            var header = new TarHeader { Name = name, Mode = 0x1A4, ModifiedTime = new TarTime(1_000_000, 0) };
            switch (entry[0])
            {
                case "d":
                    (header.Type, header.Mode) = (TarEntryType.Directory, Convert.ToInt32(entry[2], 8));
                    break;
                case "l":
                    (header.Type, header.LinkName) = (TarEntryType.HardLink, Encoding.UTF8.GetBytes(entry[2]));
                    break;
                case "s":
                    (header.Type, header.LinkName) = (TarEntryType.SymbolicLink, Encoding.UTF8.GetBytes(entry[2]));
                    break;
                case "f":
                    header.Size = name.Length;
                    break;
            }
            await layer.Tar.WriteEntryAsync(header, header.Size > 0 ? name : default);
        }
    }
}
