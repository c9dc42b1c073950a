using System.Globalization;
using Oci.Testing.Generators;

namespace Oci.Interop.Tests.Tar;

/// <summary>Our tar reader and others' see the same in any archive, or all refuse it, but for what <see cref="JustifiedDifference"/> lists.</summary>
public sealed class TarDifferentialTests
{
    [Fact]
    public async Task ReadAsync_WholeArchives_LibArchiveSeesTheSame() => await CompareWithLibArchiveAsync(1_000, RandomTar.Make);

    [Fact]
    public async Task ReadAsync_DamagedArchives_LibArchiveSeesTheSameOrIsJustified() => await CompareWithLibArchiveAsync(3_000, MakeDamaged);

    [Fact]
    public async Task ReadAsync_WholeArchives_GnuTarSeesTheSame() => await CompareWithGnuTarAsync(200, RandomTar.Make);

    [Fact]
    public async Task ReadAsync_DamagedArchives_GnuTarSeesTheSameOrIsJustified() => await CompareWithGnuTarAsync(500, MakeDamaged);

    private static byte[] MakeDamaged(Random random) => RandomTar.Mutate(RandomTar.Make(random), random);

    private static async Task CompareWithLibArchiveAsync(int count, Func<Random, byte[]> make)
    {
        Assert.SkipUnless(LibArchive.IsPresent, "Needs libarchive.so.13, the library of bsdtar.");
        int seed = Seeds.First;
        await Seeds.CheckAsync(count, async random =>
        {
            byte[] archive = make(random);
            await AssertJustifiedAsync(archive, LibArchive.Read(archive), JustifiedDifference.LibArchive, seed++);
        });
    }

    private static async Task CompareWithGnuTarAsync(int count, Func<Random, byte[]> make)
    {
        string tar = Requires.Tool("tar");
        using var temp = new TempDirectory();
        var archives = new List<byte[]>();
        Seeds.Check(count, random =>
        {
            byte[] archive = make(random);
            File.WriteAllBytes(temp.Combine(archives.Count.ToString(CultureInfo.InvariantCulture)), archive);
            archives.Add(archive);
        });
        TarListing[] listings = await GnuTar.ListAsync(tar, temp.Path, count);
        for (int i = 0; i < count; i++)
        {
            await AssertJustifiedAsync(archives[i], listings[i], JustifiedDifference.GnuTar, Seeds.First + i);
        }
    }

    private static async Task AssertJustifiedAsync(byte[] archive, TarListing theirs, IReadOnlyList<JustifiedDifference> justified, int seed)
    {
        TarListing ours = await TarListing.ReadAsync(archive);
        foreach (TarDifference difference in TarDifference.Between(ours, theirs))
        {
            Assert.True(justified.Any(entry => entry.Explains(difference, archive)), $"With OCI_TEST_SEED={seed}: {difference}\n{Convert.ToBase64String(archive)}");
        }
    }
}
