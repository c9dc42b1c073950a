using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Reflection;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Tar;

public sealed class TarReaderAllocationTests
{
    [Fact]
    public async Task ReadAsync_SteadyState_AllocatesNothing()
    {
        const int Entries = 600;
        string longName = new('n', 5000);
        var archive = new TarBytes();
        for (int i = 0; i < 2 * Entries / 3; i++)
        {
            archive.Pax(("path", longName), ("mtime", "1.25"), ("SCHILY.xattr.user.a", longName)).Add("a", content: new byte[7000]);
            archive.Add("././@LongLink", 'L', TarBytes.Ascii(longName + "\0")).Add("b", '2', link: "t");
            archive.Add("d/", '5', change: b => TarBytes.Put(b, 345, "prefix"));
        }
        await using var reader = new TarReader(PipeReader.Create(new ReadOnlySequence<byte>(archive.End().ToArray())));
        await ReadAsync(reader, Entries);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ValueTask read = ReadAsync(reader, Entries);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(read.IsCompletedSuccessfully);
        // In a debug build the compiler makes each async method's state a class: some 200 bytes a call, but never a name.
        Assert.InRange(allocated, 0, IsOptimized(typeof(TarReader)) && IsOptimized(GetType()) ? 0 : Entries * 3000);
    }

    private static bool IsOptimized(Type type) =>
        type.Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled != true;

    private static async ValueTask ReadAsync(TarReader reader, int entries)
    {
        for (int i = 0; i < entries; i++)
        {
            if (!await reader.ReadAsync())
            {
                throw new InvalidOperationException("The archive is too short.");
            }
            ReadOnlySequence<byte> content;
            while (!(content = await reader.ReadContentAsync()).IsEmpty)
            {
                reader.AdvanceContent(content.Length);
            }
        }
    }
}
