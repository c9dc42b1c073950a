using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;
using Oci.Testing.Generators;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>The whole corpus of escapes, unpacked by whoever runs the tests: with openat2, and without it.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class EscapeCorpusTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly Sentinel _outside;

    public EscapeCorpusTests()
    {
        Requires.Linux();
        _outside = new Sentinel(_temp.Path);
    }

    public static TheoryData<string, bool> Cases()
    {
        var data = new TheoryData<string, bool>();
        foreach (string name in EscapeCorpus.Cases.Keys)
        {
            data.Add(name, false);
            data.Add(name, true);
        }
        return data;
    }

    public void Dispose() => _temp.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task UnpackAsync_Escape_StaysInside(string name, bool byComponent) =>
        await AttackAsync(name, EscapeCorpus.Cases[name](_outside.Path), byComponent);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnpackAsync_LayersWithoutSense_StayInside(bool byComponent) =>
        await Seeds.CheckAsync(200, random => AttackAsync("A random layer", EscapeCorpus.MakeRandom(random, _outside.Path), byComponent));

    [Fact]
    public void UnpackAsync_KernelWithoutOpenat2_StaysInside()
    {
        // The filter is the thread's own. The first name of a plain archive is resolved on the caller's thread, and a root
        // whose kernel has refused once is walked from then on, on any thread.
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                DeniedOpenat2.OnThisThread();
                using RootDirectory root = RootDirectory.Open(_temp.Path);
                Assert.Equal(Errno.None, root.OpenDirectory("outside/link\0"u8, out SafeFileHandle? directory));
                directory!.Dispose();
                Assert.True(root.WalksByComponent);
                foreach ((string name, Func<string, LayerBytes[]> make) in EscapeCorpus.Cases)
                {
                    AttackAsync(name, make(_outside.Path), byComponent: false).GetAwaiter().GetResult();
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private async Task AttackAsync(string name, LayerBytes[] layers, bool byComponent)
    {
        string root = _temp.Combine("root");
        var options = new UnpackOptions { WalksByComponent = byComponent };
        try
        {
            await LayerBytes.UnpackAsync(root, options, layers);
            Sentinel.AssertNotCopiedTo(root, name);
            RootFilesystem.Delete(root);
        }
        catch (Exception exception) when (exception is UnpackException or TarFormatException)
        {
            Assert.False(Directory.Exists(root), $"{name} was refused, and left something behind: {exception.Message}");
        }
        _outside.AssertUntouched(name);
        Assert.Equal([_outside.Path], Directory.GetFileSystemEntries(_temp.Path));
    }
}
