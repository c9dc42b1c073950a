using System.Buffers;
using System.IO.Pipelines;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Tar;

public sealed class TarReaderAllocationTests
{
    [Fact]
    public async Task ReadAsync_SteadyState_AllocatesNothing()
    {
        var archive = new TarBytes();
        for (int i = 0; i < 400; i++)
        {
            archive.Pax(("path", $"dir/{i}"), ("mtime", "1.25"), ("SCHILY.xattr.user.a", "v")).Add("a", content: new byte[700]);
            archive.Add("././@LongLink", 'L', TarBytes.Ascii(new string('n', 300) + "\0")).Add("b", '2', link: "t");
            archive.Add("d/", '5', change: b => TarBytes.Put(b, 345, "prefix"));
        }
        await using var reader = new TarReader(PipeReader.Create(new ReadOnlySequence<byte>(archive.End().ToArray())));
        await ReadAsync(reader, 600);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ValueTask read = ReadAsync(reader, 600);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(read.IsCompletedSuccessfully);
        Assert.Equal(0, allocated);
    }

    private static async ValueTask ReadAsync(TarReader reader, int entries)
    {
        for (int i = 0; i < entries; i++)
        {
            if (!await reader.ReadAsync())
            {
                throw new InvalidOperationException("The archive is too short.");
            }
            while (!(await reader.ReadContentAsync()).IsEmpty)
            {
                reader.AdvanceContent(1);
            }
        }
    }
}
