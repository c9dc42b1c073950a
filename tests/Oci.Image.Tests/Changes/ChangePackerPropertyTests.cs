using FsCheck;
using FsCheck.Fluent;
using Oci.Image.Changes;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.Changes;

/// <summary>The layer of a change, applied on the tree before it, makes the tree after it: for arbitrary trees.</summary>
public sealed class ChangePackerPropertyTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private int _count;

    public ChangePackerPropertyTests() => Requires.Linux();

    public void Dispose()
    {
        // Names that are not text are beyond Directory.Delete.
        for (int i = 1; i <= _count; i++)
        {
            RootFilesystem.Delete(_temp.Combine($"{i}"));
        }
        _temp.Dispose();
    }

    [Fact]
    public void PackTreesAsync_ChangedTree_AppliesToIt() => Check((first, changes) =>
    {
        string before = NewDirectory();
        using (var operations = new TreeOperations(before))
        {
            operations.Apply(first);
        }
        return CheckAsync(before, changes, isCopy: true);
    });

    [Fact]
    public void PackTreesAsync_UnrelatedTrees_Applies() => Check((first, second) =>
    {
        string before = NewDirectory();
        using (var operations = new TreeOperations(before))
        {
            operations.Apply(first);
        }
        return CheckAsync(before, second, isCopy: false);
    });

    private async Task CheckAsync(string before, int[] changes, bool isCopy)
    {
        byte[] lower = await Trees.PackAsync(before);
        string after = NewDirectory();
        if (isCopy)
        {
            await Trees.UnpackAsync(after, lower);
        }
        using (var operations = new TreeOperations(after))
        {
            operations.Apply(changes);
        }
        // The unpacked tree stands for the layers below: an ordinary user's has other owners.
        string unpacked = NewDirectory();
        await Trees.UnpackAsync(unpacked, lower);

        byte[] layer = await Trees.DiffAsync(unpacked, after);
        string applied = NewDirectory();
        await Trees.UnpackAsync(applied, lower, layer);

        Assert.Equal(TreeListing.Of(after), TreeListing.Of(applied));
        Assert.Equal(layer, await Trees.DiffAsync(unpacked, after));
        TreeSnapshot captured = await TreeSnapshot.CaptureAsync(applied);
        Assert.Empty(captured.GetChangesSince(await TreeSnapshot.CaptureAsync(after)));
        if (Environment.IsPrivilegedProcess)
        {
            TreeSnapshot inMemory = await Trees.ApplyAsync(lower, layer);
            Assert.Empty(captured.GetChangesSince(inMemory));
            Assert.Empty(inMemory.GetChangesSince(captured));
        }
        using var saved = new MemoryStream();
        await captured.WriteAsync(saved);
        saved.Position = 0;
        TreeSnapshot read = await TreeSnapshot.ReadAsync(saved);
        Assert.Empty(read.GetChangesSince(captured));
        Assert.Empty(captured.GetChangesSince(read));
    }

    private static void Check(Func<int[], int[], Task> check)
    {
        Arbitrary<int[]> numbers = ArbMap.Default.ArbFor<int[]>();
        Prop.ForAll(numbers, numbers, (first, second) => check(first, second).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(150));
    }

    private string NewDirectory() => Directory.CreateDirectory(_temp.Combine($"{++_count}")).FullName;
}
