using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Tests.Cgroups;

public class CgroupTextTests
{
    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("18446744073709551615\n", ulong.MaxValue)]
    [InlineData("max", null)]
    [InlineData("-1", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("1 2", null)]
    public void Number_Text_IsANumberOrNone(string? text, ulong? expected) => Assert.Equal(expected, CgroupText.Number(text));

    // 4 KiB, 16 KiB and 64 KiB pages.
    [Theory]
    [InlineData("9223372036854771712", null)]
    [InlineData("9223372036854759424", null)]
    [InlineData("9223372036854710272", null)]
    [InlineData("9223372036854000000", 9223372036854000000UL)]
    [InlineData("4096", 4096UL)]
    public void Limit_LargestOfPages_IsNone(string text, ulong? expected) => Assert.Equal(expected, CgroupText.Limit(text));

    [Theory]
    [InlineData("0-3,7", "0 1 2 3 7")]
    [InlineData("0", "0")]
    [InlineData("", "")]
    [InlineData("3-1", "")]
    [InlineData("0-18446744073709551615", "")]
    [InlineData("a", "")]
    public void List_Text_IsItsNumbers(string text, string expected) => Assert.Equal(expected, string.Join(' ', CgroupText.List(text)));

    [Fact]
    public void Pressure_TwoLines_AreRead()
    {
        PressureStats? stats = CgroupText.Pressure("some avg10=0.22 avg60=0.17 avg300=1.11 total=58761459\nfull avg10=0.23 avg60=0.16 avg300=1.08 total=58761\n");

        Assert.Equal(new PressureAverages(0.22, 0.17, 1.11, 58761459), stats!.Some);
        Assert.Equal(new PressureAverages(0.23, 0.16, 1.08, 58761), stats.Full);
    }

    [Fact]
    public void Pressure_SomeAlone_HasNoFull() => Assert.Null(CgroupText.Pressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=0")!.Full);

    [Fact]
    public void BlockIO_Lines_AreReadWithoutTheSum() => Assert.Equal(
        [new BlockIOEntry(8, 0, "Read", 4096), new BlockIOEntry(8, 0, "Total", 4096), new BlockIOEntry(8, 16, "", 7)],
        CgroupText.BlockIO("8:0 Read 4096\n8:0 Total 4096\n8:16 7\nTotal 4096\n"));

    [Fact]
    public void NetworkInterfaces_File_IsRead()
    {
        const string text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:    1224      17    0    1    0     0          0         0     1225      18    2    3    0     0       0          0
             eth:0:       1       2    3    4    5     6          7         8        9      10   11   12   13    14      15         16
            """;

        Assert.Equal(
            [
                new NetworkInterfaceStats { Name = "lo", RxBytes = 1224, RxPackets = 17, RxErrors = 0, RxDropped = 1, TxBytes = 1225, TxPackets = 18, TxErrors = 2, TxDropped = 3 },
                new NetworkInterfaceStats { Name = "eth:0", RxBytes = 1, RxPackets = 2, RxErrors = 3, RxDropped = 4, TxBytes = 9, TxPackets = 10, TxErrors = 11, TxDropped = 12 },
            ],
            CgroupText.NetworkInterfaces(text));
    }

    [Fact]
    public void Keyed_EveryNumber_IsReadBack() => Prop.ForAll(ArbMap.Default.ArbFor<ulong[]>(), numbers =>
        CgroupText.Keyed(string.Join('\n', numbers.Select((n, i) => string.Create(CultureInfo.InvariantCulture, $"key{i} {n}"))))
            .OrderBy(p => int.Parse(p.Key.AsSpan(3), CultureInfo.InvariantCulture)).Select(p => p.Value).SequenceEqual(numbers)).QuickCheckThrowOnFailure();

    [Fact]
    public void List_EveryRange_IsReadBack() => Prop.ForAll(ArbMap.Default.ArbFor<ushort>(), ArbMap.Default.ArbFor<byte>(), (first, length) =>
        first + length < 65536
            ? CgroupText.List($"{first}-{first + length}").SequenceEqual(Enumerable.Range(first, length + 1))
            : CgroupText.List($"{first}-{first + length}").Count == 0).QuickCheckThrowOnFailure();

    [Fact]
    public void EveryParser_AnyText_DoesNotThrowAndInventsNothing() => Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
    {
        _ = CgroupText.Nested(text);
        _ = CgroupText.Keyed(text);
        _ = CgroupText.BlockIO(text);
        _ = CgroupText.Pressure(text);
        _ = CgroupText.NetworkInterfaces(text);
        bool hasDigit = text?.Any(char.IsAsciiDigit) == true;
        return hasDigit || (CgroupText.Number(text) is null && CgroupText.List(text).Count == 0 && CgroupText.Numbers(text).Count == 0);
    }).QuickCheckThrowOnFailure();
}
