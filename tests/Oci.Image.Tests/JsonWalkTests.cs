using System.Text;
using System.Text.Json;

namespace Oci.Image.Tests;

public sealed class JsonWalkTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}""")]
    [InlineData("""{"a":1,"A":2}""")]
    [InlineData("[]")]
    [InlineData("7")]
    public void FindDuplicates_WhereThereAreNone_FindsNone(string json) => Assert.Empty(JsonWalk.FindDuplicates(Encoding.UTF8.GetBytes(json), 10));

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "$.a")]
    [InlineData("""{"a":1,"\u0061":2}""", "$.a")]
    [InlineData("""{"x":[1,{"a.b":[[]],"a.b":null}]}""", "$.x[1]['a.b']")]
    [InlineData("""[[0],[0,{"it's":1,"it's":1}]]""", @"$[1][1]['it\'s']")]
    public void FindDuplicates_OfAMemberThatStandsTwice_GivesItsPath(string json, string path) =>
        Assert.Equal([path], JsonWalk.FindDuplicates(Encoding.UTF8.GetBytes(json), 10));

    [Fact]
    public void FindDuplicates_BeyondTheLimit_Stops() =>
        Assert.Equal(2, JsonWalk.FindDuplicates("""{"a":1,"a":1,"a":1,"a":1}"""u8, 2).Count);

    [Fact]
    public void FindDuplicates_OfWhatNestsTooDeep_Throws() =>
        Assert.ThrowsAny<JsonException>(() => JsonWalk.FindDuplicates(Encoding.UTF8.GetBytes(new string('[', 70) + new string(']', 70)), 10));

    // A document of 1 MB whose paths, were they made, would have gigabytes.
    [Fact]
    public void FindDuplicates_OfLongNamesNestedDeep_IsDoneInTime()
    {
        string name = new('n', 15_000);
        var json = new StringBuilder();
        for (int i = 0; i < 60; i++)
        {
            json.Append("{\"").Append(name).Append("\":");
        }
        json.Append('[').AppendJoin(',', Enumerable.Repeat('0', 100_000)).Append(']').Append('}', 60);
        byte[] utf8 = Encoding.UTF8.GetBytes(json.ToString());
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Empty(JsonWalk.FindDuplicates(utf8, 10));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }
}
